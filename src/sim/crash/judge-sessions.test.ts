import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../domain/units.ts';
import type { WireSession } from '../../wire/session.ts';
import { judgeSessions, judgeUnchanged } from './judge-sessions.ts';
import type { MeteredCar, Stay } from './metered-car.ts';

const NOON_MS = Date.parse('2026-01-05T12:00:00Z');

const STAY: Stay = {
  isManaged: true,
  plugInsAtMs: [NOON_MS],
  plugOutAtMs: NOON_MS + 30 * MINUTE_MS,
  meterFromWh: 7_000,
  meterToWh: 8_200,
};
const SESSION = shown({});
const UPCOMING = shown({ id: 'next', state: 'UPCOMING', pluggedInAt: null, pluggedOutAt: null, wh: 0 });

describe('judgeSessions', () => {
  test('sessions that hold what the meter says have no fault', () => {
    expect(judge([STAY], [SESSION], [UPCOMING])).toEqual([]);
  });

  test.each<{
    name: string;
    stays?: Stay[];
    settled?: WireSession[];
    current?: WireSession[];
    faults: RegExp[];
  }>([
    {
      name: 'energy lost',
      settled: [shown({ wh: 1_198 })],
      faults: [/the meter says 1200 Wh, sessions 1198 Wh/, /its meter says 1200 Wh, its sessions 1198 Wh/],
    },
    {
      name: 'a visit without a session',
      settled: [],
      faults: [/expected 1 to 1 sessions, got 0/, /1200/, /1200/],
    },
    {
      name: 'a visit shown twice',
      settled: [SESSION, shown({ id: 'twice', wh: 0 })],
      faults: [/expected 1 to 1 sessions, got 2/, /shown twice, plugged in at 2026-01-05T12:00:00.000Z/],
    },
    {
      name: 'a session without a visit',
      settled: [SESSION, shown({ id: 'ghost', pluggedInAt: '2026-01-05T11:00:00.000Z', wh: 0 })],
      faults: [/session ghost began at 2026-01-05T11:00:00.000Z, when no car was plugged in/],
    },
    {
      name: 'an end at another time',
      settled: [shown({ pluggedOutAt: '2026-01-05T12:31:00.000Z' })],
      faults: [/plugged out at 2026-01-05T12:30:00.000Z, not at 2026-01-05T12:31:00.000Z/],
    },
    {
      name: 'a session without its policy',
      settled: [shown({ policyId: null })],
      faults: [/expected a managed session/],
    },
    {
      name: 'a timeseries of another sum',
      settled: [shown({ seriesWh: 1_199 })],
      faults: [/1200 Wh, but its timeseries holds 1199 Wh/],
    },
    {
      name: 'blocks of another sum',
      settled: [shown({ blocksWh: 900 })],
      faults: [/1200 Wh, but its blocks hold 900 Wh/],
    },
    { name: 'no current session', current: [], faults: [/policy P has 0 current sessions/] },
    {
      name: 'two current sessions',
      current: [UPCOMING, { ...UPCOMING, id: 'third' }],
      faults: [/policy P has 2 current sessions/],
    },
    {
      name: 'a current session of a policy that is not',
      current: [UPCOMING, { ...UPCOMING, policyId: 'Q' }],
      faults: [/belongs to no live policy/],
    },
    {
      name: 'an unmanaged visit of hardly any energy that is shown',
      stays: [STAY, { ...later(STAY), isManaged: false, meterFromWh: 0, meterToWh: 49 }],
      settled: [SESSION, shown({ id: 'small', policyId: null, ...LATER, wh: 49 })],
      faults: [
        /session small is shown, though hardly any energy flowed/,
        /its meter says 1200 Wh, its sessions 1249 Wh/,
      ],
    },
  ])('$name', ({ stays = [STAY], settled = [SESSION], current = [UPCOMING], faults }) => {
    expect(judge(stays, settled, current)).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });

  test('a replug may be a session of its own, where the grace was over by then', () => {
    const again = { ...STAY, plugInsAtMs: [NOON_MS, NOON_MS + 10 * MINUTE_MS] };
    const parts = [
      shown({ pluggedOutAt: '2026-01-05T12:08:00.000Z', wh: 200 }),
      shown({ id: 'second', pluggedInAt: '2026-01-05T12:10:00.000Z', wh: 1_000 }),
    ];
    expect(judge([again], parts, [UPCOMING])).toEqual([]);
    expect(judge([again], [SESSION], [UPCOMING])).toEqual([]);
  });
});

test('a settled session that changed, or is gone, is told', () => {
  const before = new Map([
    ['settled', JSON.stringify(SESSION)],
    ['gone', '{}'],
  ]);
  expect(judgeUnchanged(before, [SESSION])).toEqual(['settled session gone changed from {} to undefined']);
  expect(judgeUnchanged(before, [SESSION, shown({ wh: 1 })])).toHaveLength(2);
});

function judge(
  stays: readonly Stay[],
  settled: readonly WireSession[],
  current: readonly WireSession[],
): string[] {
  const car: MeteredCar = {
    vehicleId: 'V',
    policyId: 'P',
    stays: () => stays,
    liveUntil: () => [],
    plugOut: () => null,
    plugInForGood: () => {
      throw new Error('it is not asked to');
    },
  };
  return judgeSessions([car], { settled, current });
}

const LATER = { pluggedInAt: '2026-01-05T14:00:00.000Z', pluggedOutAt: '2026-01-05T14:30:00.000Z' };

function later(stay: Stay): Stay {
  const plugOutAtMs = Date.parse(LATER.pluggedOutAt);
  return { ...stay, plugInsAtMs: [Date.parse(LATER.pluggedInAt)], plugOutAtMs };
}

function shown({
  wh = 1_200,
  seriesWh = wh,
  blocksWh = wh,
  ...rest
}: Partial<WireSession> & { wh?: number; seriesWh?: number; blocksWh?: number }): WireSession {
  const at = { startAt: '2026-01-05T12:00:00.000Z', endAt: '2026-01-05T12:15:00.000Z' };
  return {
    id: 'settled',
    policyId: 'P',
    vehicleId: 'V',
    locationId: 'L',
    userId: 'somebody',
    state: 'SETTLED',
    pluggedInAt: '2026-01-05T12:00:00.000Z',
    pluggedOutAt: '2026-01-05T12:30:00.000Z',
    blocks: rest.policyId === null ? [] : [{ type: 'REGULAR', kwhSum: blocksWh / 1000, ...at }],
    statistics: {
      aggregated: { kwhSum: wh / 1000, batteryFrom: null, batteryTo: null },
      timeseries: [{ kwh: seriesWh / 1000, batteryLevel: null, ...at }],
    },
    target: { latest: null },
    outcome: { latest: null },
    error: { latest: null },
    valuation: null,
    ...rest,
  };
}
