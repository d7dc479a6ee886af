import { describe, expect, it } from 'vitest';
import type { Session } from '../domain/session.ts';
import { sessionSchema, toWireSession } from './session.ts';

const ms = (text: string): number => Date.parse(text);

/** The second public example, seen at 02:30: a fixture of the format alone. */
const ACTIVE: Session = {
  id: 'c3d4e5f6-a7b8-4012-9def-012345678902',
  policyId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
  locationId: 'b2c3d4e5-f6a7-4890-9bcd-ef0123456789',
  userId: 'user-17',
  state: 'ACTIVE:REGULAR',
  pluggedInAtMs: ms('2025-06-10T22:15:00Z'),
  pluggedOutAtMs: null,
  blocks: [
    {
      type: 'BATTERY_RESERVE',
      energyWh: 3200,
      startAtMs: ms('2025-06-10T22:15:00Z'),
      endAtMs: ms('2025-06-10T22:45:00Z'),
    },
    {
      type: 'REGULAR',
      energyWh: 9200,
      startAtMs: ms('2025-06-11T01:00:00Z'),
      endAtMs: ms('2025-06-11T02:15:00Z'),
    },
    {
      type: 'REGULAR',
      energyWh: 7400.4,
      startAtMs: ms('2025-06-11T04:00:00Z'),
      endAtMs: ms('2025-06-11T05:00:00Z'),
    },
  ],
  aggregated: { energyWh: 12_400, levelFromPercent: 35, levelToPercent: 52 },
  steps: [
    { startAtMs: ms('2025-06-10T22:15:00Z'), energyWh: 3200, levelPercent: 39.4 },
    { startAtMs: ms('2025-06-11T01:00:00Z'), energyWh: 9200, levelPercent: 52 },
  ],
  target: {
    kind: 'REGULAR',
    id: 2,
    source: 'POLICY',
    reservePercent: 20,
    targetPercent: 80,
    readyByMs: ms('2025-06-11T07:00:00Z'),
  },
  outcome: {
    kind: 'REGULAR',
    targetId: 2,
    state: 'ON_TRACK',
    levelAtReadyByPercent: 80,
    reachedAtMs: ms('2025-06-11T05:00:00Z'),
  },
  error: { code: 'TELEMETRY_STALE', message: 'no reading', occurredAtMs: ms('2025-06-11T02:20:00.250Z') },
  valuation: { currency: 'EUR', actualMicros: 1_234_567, baselineMicros: 1_000_000 },
};

const NOW_MS = ms('2025-06-11T02:30:00Z');

describe('a session as it is shown', () => {
  const wire = toWireSession(ACTIVE, NOW_MS);

  it('has the keys in the order of the specification', () => {
    expect(Object.keys(wire)).toEqual([
      'id',
      'policyId',
      'vehicleId',
      'locationId',
      'userId',
      'state',
      'pluggedInAt',
      'pluggedOutAt',
      'blocks',
      'statistics',
      'target',
      'outcome',
      'error',
      'valuation',
    ]);
    expect(sessionSchema.parse(wire)).toEqual(wire);
  });

  it('writes energy in kWh with 3 decimals at most, levels whole, instants in UTC', () => {
    expect(wire.blocks.map((block) => block.kwhSum)).toEqual([3.2, 9.2, 7.4]);
    expect(wire.statistics.aggregated).toEqual({ kwhSum: 12.4, batteryFrom: 35, batteryTo: 52 });
    expect(wire.pluggedInAt).toBe('2025-06-10T22:15:00Z');
    expect(wire.error.latest).toEqual({
      code: 'TELEMETRY_STALE',
      message: 'no reading',
      occurredAt: '2025-06-11T02:20:00.250Z',
    });
    expect(wire.valuation).toEqual({
      currency: 'EUR',
      tariffCost: { actual: 1.234567, baseline: 1, savings: -0.234567 },
    });
  });

  it('fills the series without holes up to now, and keeps its sum', () => {
    const { timeseries } = wire.statistics;
    expect(timeseries).toHaveLength(17);
    expect(timeseries[0]).toEqual({
      startAt: '2025-06-10T22:15:00Z',
      endAt: '2025-06-10T22:30:00Z',
      kwh: 3.2,
      batteryLevel: 39,
    });
    expect(timeseries.at(-1)).toEqual({
      startAt: '2025-06-11T02:15:00Z',
      endAt: '2025-06-11T02:30:00Z',
      kwh: 0,
      batteryLevel: 52,
    });
    expect(timeseries.slice(1).every((step, index) => step.startAt === timeseries[index]?.endAt)).toBe(true);
    expect(timeseries.reduce((sum, step) => sum + step.kwh * 1000, 0)).toBe(12_400);
  });

  it('fills no further than plug-out', () => {
    const settled: Session = { ...ACTIVE, state: 'SETTLED', pluggedOutAtMs: ms('2025-06-11T01:20:00Z') };
    const { statistics } = toWireSession(settled, NOW_MS);
    expect(statistics.timeseries.at(-1)?.endAt).toBe('2025-06-11T01:30:00Z');
  });

  it('leaves the series out where it is not asked for', () => {
    expect(toWireSession(ACTIVE, NOW_MS, { timeseries: false }).statistics.timeseries).toEqual([]);
  });

  it('shows the target and outcome of an immediate start', () => {
    const immediate = toWireSession(
      {
        ...ACTIVE,
        target: { kind: 'IMMEDIATE_START', id: 3, targetPercent: 60 },
        outcome: {
          kind: 'IMMEDIATE_START',
          targetId: 3,
          state: 'UNKNOWN',
          levelAtReadyByPercent: null,
          reachedAtMs: null,
        },
      },
      NOW_MS,
    );
    expect(immediate.target).toEqual({ latest: { id: 3, type: 'IMMEDIATE_START', minimumChargeTarget: 60 } });
    expect(immediate.outcome).toEqual({
      latest: {
        targetId: 3,
        type: 'IMMEDIATE_START',
        state: 'UNKNOWN',
        batteryLevelAtReadyBy: null,
        minimumChargeTargetReachedAt: null,
      },
    });
  });
});
