import { QUARTER_HOUR_MS } from '../domain/units.ts';
import { toSessionUpdatedEvent } from '../wire/event.ts';

/** The body of an event of a session with 40 steps, as the service makes them. */
export function sessionBody(sessionId: string, sequence: number): string {
  const startAtMs = Date.parse('2025-06-10T20:00:00Z');
  const steps = Array.from({ length: 40 }, (_, index) => ({
    startAtMs: startAtMs + index * QUARTER_HOUR_MS,
    energyWh: 1_500 + index,
    levelPercent: 20 + index,
  }));
  const endAtMs = startAtMs + 40 * QUARTER_HOUR_MS;
  const event = toSessionUpdatedEvent(
    {
      id: sessionId,
      policyId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
      locationId: 'b2c3d4e5-f6a7-4890-9bcd-ef0123456789',
      userId: 'user-17',
      state: 'ACTIVE:REGULAR',
      pluggedInAtMs: startAtMs,
      pluggedOutAtMs: null,
      blocks: [{ type: 'REGULAR', energyWh: 60_000, startAtMs, endAtMs }],
      aggregated: { energyWh: 60_780, levelFromPercent: 20, levelToPercent: 60 },
      steps,
      target: {
        kind: 'REGULAR',
        id: 1,
        source: 'POLICY',
        reservePercent: 20,
        targetPercent: 80,
        readyByMs: endAtMs,
      },
      outcome: {
        kind: 'REGULAR',
        targetId: 1,
        state: 'ON_TRACK',
        levelAtReadyByPercent: 80,
        reachedAtMs: endAtMs,
      },
      error: null,
      valuation: null,
    },
    sequence,
    endAtMs,
  );
  return JSON.stringify(event);
}
