import { describe, expect, it } from 'vitest';
import type { Plan, ResolvedTariff, Session } from '../data/types.ts';
import { wallOf } from '../format/zone.ts';
import { chartModel } from './model.ts';
import { quarterAt, quartersOf, readQuarter } from './read-at.ts';
import { chartSpan } from './span.ts';
import { exampleSession } from './testing/example-session.ts';
import { timeTicks } from './time-ticks.ts';

const OSLO = 'Europe/Oslo';
const NOW_MS = Date.parse('2026-01-05T20:52:30Z');
const at = (text: string): number => Date.parse(text);

function tariff(values: ResolvedTariff['values'], to: string): ResolvedTariff {
  const from = values[0]?.at ?? to;
  return { locationId: 'b2c3d4e5', direction: 'import', currency: 'EUR', per: 'kWh', from, to, values };
}

function planOf(slots: Plan['slots']): Plan {
  return { sessionId: 'c3d4e5f6', currency: 'EUR', slots, plan: null };
}

function modelOf(session: Session, prices: ResolvedTariff | null = null, plan: Plan | null = null) {
  const span = chartSpan(session, NOW_MS, OSLO);
  return chartModel({ session, plan, tariff: prices, span, nowMs: NOW_MS, zone: OSLO });
}

describe('the span of a chart', () => {
  const settled = { state: 'SETTLED', pluggedOutAt: '2026-01-06T06:20:00Z' } as const;
  const upcoming = { state: 'UPCOMING', pluggedInAt: null, blocks: [] } as const;
  it.each([
    ['goes to the deadline while under way', {}, '2026-01-05T17:00Z', '2026-01-06T06:00Z'],
    ['goes to plug-out when settled', settled, '2026-01-05T17:00Z', '2026-01-06T07:00Z'],
    ['begins now before plug-in', upcoming, '2026-01-05T20:00Z', '2026-01-06T09:00Z'],
    [
      'goes two hours on without a deadline',
      { target: { latest: null }, blocks: [] },
      '2026-01-05T17:00Z',
      '2026-01-05T23:00Z',
    ],
  ])('%s', (_name, more, from, to) => {
    const span = chartSpan(exampleSession(more), NOW_MS, OSLO);
    expect([new Date(span.fromMs), new Date(span.toMs)]).toEqual([new Date(from), new Date(to)]);
  });

  it('begins at a whole hour of a zone that is half an hour off', () => {
    const { fromMs } = chartSpan(exampleSession(), NOW_MS, 'Asia/Kolkata');
    expect(new Date(fromMs)).toEqual(new Date('2026-01-05T16:30Z'));
  });
});

describe('the model of a chart', () => {
  it('shows known prices, and after them what the plan counts with', () => {
    const known = tariff(
      [
        { at: '2026-01-05T17:00:00Z', rate: 0.2 },
        { at: '2026-01-05T22:00:00Z', rate: -0.05 },
        { at: '2026-01-05T23:00:00Z', rate: null },
      ],
      '2026-01-06T06:00:00Z',
    );
    const plan = planOf([
      { startAt: '2026-01-05T22:30:00Z', endAt: '2026-01-05T23:30:00Z', price: 0.1, provenance: 'forecast' },
      { startAt: '2026-01-05T23:30:00Z', endAt: '2026-01-06T00:00:00Z', price: null, provenance: 'none' },
      { startAt: '2026-01-06T05:30:00Z', endAt: '2026-01-06T09:00:00Z', price: 0.3, provenance: 'forecast' },
    ]);
    expect(modelOf(exampleSession(), known, plan).prices).toEqual([
      { fromMs: at('2026-01-05T17:00Z'), toMs: at('2026-01-05T22:00Z'), price: 0.2, isForecast: false },
      { fromMs: at('2026-01-05T22:00Z'), toMs: at('2026-01-05T23:00Z'), price: -0.05, isForecast: false },
      { fromMs: at('2026-01-05T23:00Z'), toMs: at('2026-01-05T23:30Z'), price: 0.1, isForecast: true },
      { fromMs: at('2026-01-06T05:30Z'), toMs: at('2026-01-06T06:00Z'), price: 0.3, isForecast: true },
    ]);
  });

  it('gives the power of the part of a quarter hour that has been', () => {
    const rates = modelOf(exampleSession()).steps.map(({ rate }) => rate);
    // The first began at plug-in; the last is at its half.
    expect(rates).toEqual([0, 11, 11, 8]);
  });

  it('expects the level to rise with the planned energy, and only then', () => {
    expect(modelOf(exampleSession()).expected).toEqual([
      { atMs: NOW_MS, level: 58 },
      { atMs: at('2026-01-06T02:00Z'), level: 58 },
      { atMs: at('2026-01-06T03:00Z'), level: 74 },
    ]);
    expect(modelOf(exampleSession({ outcome: { latest: null } })).expected).toEqual([]);
  });

  it('has neither now nor plans once it is settled', () => {
    const model = modelOf(exampleSession({ state: 'SETTLED', pluggedOutAt: '2026-01-05T21:00:00Z' }));
    expect(model.nowMs).toBeNull();
    expect(model.expected).toEqual([]);
    expect(model.blocks.every(({ plannedFromMs, toMs }) => plannedFromMs === toMs)).toBe(true);
  });
});

describe('reading a quarter hour', () => {
  const model = modelOf(
    exampleSession(),
    tariff([{ at: '2026-01-05T17:00:00Z', rate: 0.2 }], '2026-01-05T23:00:00Z'),
  );
  const read = (text: string) => readQuarter(model, quarterAt(model.span, at(text)));

  it('tells what happened', () => {
    expect(read('2026-01-05T20:20Z')).toMatchObject({
      price: { price: 0.2 },
      block: { kwh: 5.5 },
      step: { kwh: 2.75 },
      level: 58,
      isExpectedLevel: false,
    });
  });

  it('tells what is planned', () => {
    const reading = read('2026-01-06T02:30Z');
    expect(reading).toMatchObject({
      price: null,
      block: { kwh: 11 },
      step: null,
      level: 70,
      isExpectedLevel: true,
    });
  });

  it('stays within the chart', () => {
    expect(quartersOf(model.span)).toBe(13 * 4);
    expect(quarterAt(model.span, 0)).toBe(0);
    expect(quarterAt(model.span, NOW_MS * 2)).toBe(13 * 4 - 1);
  });
});

describe('the ticks of time', () => {
  it('show the hour that comes twice twice, and the day at midnight', () => {
    const span = { fromMs: at('2026-10-24T21:00Z'), toMs: at('2026-10-25T04:00Z') };
    const ticks = timeTicks(span, 800, OSLO).map(({ atMs, isDay }) =>
      isDay ? 'day' : wallOf(atMs, OSLO).hour,
    );
    expect(ticks).toEqual([23, 'day', 1, 2, 2, 3, 4, 5]);
  });

  it.each([
    [800, 13],
    [300, 7],
    [60, 3],
  ])('on %i px are %i at most', (widthPx, most) => {
    const span = { fromMs: at('2026-01-05T17:00Z'), toMs: at('2026-01-06T05:00Z') };
    expect(timeTicks(span, widthPx, OSLO).length).toBeLessThanOrEqual(most);
  });
});
