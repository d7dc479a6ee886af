import { describe, expect, it } from 'vitest';
import { exampleSession } from '../../chart/testing/example-session.ts';
import type { OverviewRow, Session } from '../../data/types.ts';
import { featuredOf } from './featured.ts';
import { filterOf, paramsOf, queryOf } from './filter.ts';
import { nowOf } from './now.ts';

function rowOf(
  session: Partial<Session>,
  more: Partial<OverviewRow['vehicle']> = {},
  code = 'NOTHING_PLANNED',
): OverviewRow {
  return {
    session: exampleSession(session),
    vehicle: {
      id: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
      displayName: 'Blue',
      brand: null,
      model: null,
      batteryLevel: 50,
      chargeRate: null,
      isPluggedIn: true,
      isCharging: false,
      isReachable: true,
      ...more,
    },
    location: { id: 'b2c3d4e5', name: 'Home', timezoneName: 'Europe/Oslo', zone: 'NO1' },
    // A code that these tests know.
    reason: { code: code as 'NOTHING_PLANNED', message: '', since: '2026-01-05T17:00:00Z' },
    today: null,
  };
}

const outcome = (state: 'REACHED' | 'AT_RISK' | 'MISSED') => ({
  outcome: {
    latest: {
      targetId: 1,
      type: 'REGULAR',
      state,
      batteryLevelAtReadyBy: null,
      minimumChargeTargetReachedAt: null,
    },
  } as const,
});

describe('what a car does now', () => {
  const error = {
    latest: { code: 'FAULT', message: 'A fault.', occurredAt: '2026-01-05T17:00:00Z' },
  } as const;
  it.each([
    ['an error goes first', rowOf({ error }, { isCharging: true }), 'bad', 'Needs attention'],
    ['not there', rowOf({ state: 'UPCOMING' }), 'plain', 'Not plugged in'],
    [
      'charging, with its power',
      rowOf({}, { isCharging: true, chargeRate: 10.8 }),
      'accent',
      'Charging, 10.8 kW',
    ],
    ['charging, power unknown', rowOf({}, { isCharging: true }), 'accent', 'Charging'],
    ['at risk', rowOf(outcome('AT_RISK')), 'warn', 'At risk'],
    ['missed', rowOf(outcome('MISSED')), 'warn', 'Target missed'],
    ['met', rowOf(outcome('REACHED')), 'good', 'Ready'],
    ['full', rowOf({}, {}, 'CAR_COMPLETE'), 'good', 'Ready'],
    ['waiting', rowOf({}, {}, 'WAITING_FOR_CHEAP_HOUR'), 'plain', 'Waiting'],
    ['nothing planned', rowOf({}), 'plain', 'Plugged in'],
  ])('%s', (_name, row, tone, text) => {
    const now = nowOf(row);
    expect({ ...now, text: now.text.replaceAll('\u00a0', ' ') }).toEqual({ tone, text });
  });
});

describe('the car on top', () => {
  const block = (startAt: string, endAt: string) => ({ type: 'REGULAR', kwhSum: 1, startAt, endAt }) as const;
  const soon = rowOf({ id: 'soon', blocks: [block('2026-01-05T20:00:00Z', '2026-01-05T21:00:00Z')] });
  const late = rowOf({ id: 'late', blocks: [block('2026-01-05T23:00:00Z', '2026-01-06T01:00:00Z')] });
  const done = rowOf({ id: 'done', blocks: [block('2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z')] });
  const nowMs = Date.parse('2026-01-05T20:30:00Z');

  it('is the one that charges or will soonest', () => {
    expect(featuredOf([done, late, soon], null, nowMs)).toBe(soon);
    expect(featuredOf([done], null, nowMs)).toBeNull();
  });

  it('stays while it has something to show', () => {
    expect(featuredOf([soon, late], 'late', nowMs)).toBe(late);
    expect(featuredOf([soon, late], 'done', nowMs)).toBe(soon);
  });
});

describe('the filter', () => {
  it.each([
    ['', {}],
    ['q=an%20na&show=plugged-in', { q: 'an na', state: 'ACTIVE' }],
    ['show=errors', { error: 'ANY' }],
    ['show=nonsense', {}],
    ['q=%20', {}],
  ])('of %j', (params, query) => {
    expect(queryOf(filterOf(new URLSearchParams(params)))).toEqual(query);
  });

  it('comes back from the address as it was', () => {
    const filter = { text: 'anna', shown: 'reserve', after: 'abc', before: null } as const;
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(paramsOf(filter))) if (value !== null) params.set(name, value);
    expect(filterOf(params)).toEqual(filter);
  });
});
