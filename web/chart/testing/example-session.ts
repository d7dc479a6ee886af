import type { Session } from '../../data/types.ts';

/** A session of a night in Oslo, under way unless it is said otherwise. */
export function exampleSession(more: Partial<Session> = {}): Session {
  return {
    id: 'c3d4e5f6-a7b8-4012-9def-012345678902',
    policyId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
    locationId: 'b2c3d4e5-f6a7-4890-9bcd-ef0123456789',
    userId: 'anna',
    state: 'ACTIVE:REGULAR',
    pluggedInAt: '2026-01-05T17:05:00Z',
    pluggedOutAt: null,
    blocks: [
      { type: 'REGULAR', kwhSum: 5.5, startAt: '2026-01-05T20:00:00Z', endAt: '2026-01-05T20:30:00Z' },
      { type: 'REGULAR', kwhSum: 11, startAt: '2026-01-06T02:00:00Z', endAt: '2026-01-06T03:00:00Z' },
    ],
    statistics: {
      aggregated: { kwhSum: 5.5, batteryFrom: 50, batteryTo: 58 },
      timeseries: [
        { startAt: '2026-01-05T17:00:00Z', endAt: '2026-01-05T17:15:00Z', kwh: 0, batteryLevel: 50 },
        { startAt: '2026-01-05T20:00:00Z', endAt: '2026-01-05T20:15:00Z', kwh: 2.75, batteryLevel: 54 },
        { startAt: '2026-01-05T20:15:00Z', endAt: '2026-01-05T20:30:00Z', kwh: 2.75, batteryLevel: 58 },
        { startAt: '2026-01-05T20:45:00Z', endAt: '2026-01-05T21:00:00Z', kwh: 1, batteryLevel: null },
      ],
    },
    target: {
      latest: {
        id: 1,
        type: 'REGULAR',
        source: 'POLICY',
        batteryReserve: 20,
        minimumChargeTarget: 74,
        readyBy: '2026-01-06T06:00:00Z',
      },
    },
    outcome: {
      latest: {
        targetId: 1,
        type: 'REGULAR',
        state: 'ON_TRACK',
        batteryLevelAtReadyBy: 74,
        minimumChargeTargetReachedAt: '2026-01-06T03:00:00Z',
      },
    },
    error: { latest: null },
    valuation: null,
    ...more,
  };
}
