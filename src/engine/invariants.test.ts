import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from './advance.ts';
import type { Advance, LaneInput } from './contract.ts';
import type { Lane } from './lane.ts';
import { newLane } from './new-lane.ts';
import { CAR, HOME, NIGHT_TARIFF, NOON_MS, policyOf } from './testing/bench.ts';
import { Checker } from './testing/checker.ts';

const MINUTE = 60_000;
const RUNS = 150;

const reading = fc.record({
  kind: fc.constant('reading' as const),
  lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * MINUTE })),
  isPluggedIn: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false), fc.constant(null)),
  powerDeliveryState: fc.constantFrom(
    'PLUGGED_IN:CHARGING' as const,
    'PLUGGED_IN:CHARGING' as const,
    'PLUGGED_IN:STOPPED' as const,
    'PLUGGED_IN:COMPLETE' as const,
    'PLUGGED_IN:FAULT' as const,
    'UNKNOWN' as const,
  ),
  levelPercent: fc.oneof(fc.integer({ min: 10, max: 95 }), fc.constant(null)),
  powerKw: fc.oneof(fc.double({ min: 0, max: 11, noNaN: true }), fc.constant(null)),
  meterWh: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constant(null)),
  isReachable: fc.constantFrom(true, true, true, false, null),
  place: fc.constantFrom(null, null, { latitude: 59.91, longitude: 10.75 }, { latitude: 61, longitude: 10 }),
});

const other = fc.oneof(
  fc.record({ kind: fc.constant('policy-set' as const), reserve: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ kind: fc.constant('policy-deleted' as const) }),
  fc.record({ kind: fc.constant('immediate' as const), target: fc.integer({ min: 20, max: 100 }) }),
  fc.record({ kind: fc.constant('regular' as const), hours: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('cleared' as const) }),
  fc.record({ kind: fc.constant('prices-changed' as const) }),
);

const happenings = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 20 * MINUTE }), fc.integer({ min: 0, max: 600 * MINUTE })),
    things: fc.array(fc.oneof({ weight: 6, arbitrary: reading }, other), { maxLength: 4 }),
  }),
  { minLength: 5, maxLength: 40 },
);
type Story = typeof happenings extends fc.Arbitrary<infer One> ? One : never;

describe('whatever happens', () => {
  test('the invariants of sessions hold after every step', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        live(story, new Checker());
      }),
      { numRuns: RUNS, seed: 20251 },
    );
  });

  test('the same inputs give the same lane and the same results, to the byte, through storage as JSON', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const first = live(story, null);
        const again = live(story, null);
        expect(JSON.stringify(again)).toBe(JSON.stringify(first));
      }),
      { numRuns: RUNS / 3, seed: 7 },
    );
  });

  test('a lane that stays in memory, where steps leave out what is told already, gives what a stored one gives', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const stored = live(story, null);
        const kept = live(story, null, 'in-memory');
        expect(JSON.stringify(kept)).toBe(JSON.stringify(stored));
      }),
      { numRuns: RUNS / 2, seed: 11 },
    );
  });
});

/** Tomorrow's tariff, as it were: the same hours a little dearer. */
const DEARER_TARIFF = {
  ...NIGHT_TARIFF,
  version: `${NIGHT_TARIFF.version} dearer`,
  slots: NIGHT_TARIFF.slots.map((slot) => ({ ...slot, price: (slot.price ?? 0) + 0.01 })),
};

/** Lives a story with every timer stepped when it is due; the lane goes through JSON between steps, as in the store. */
function live(
  story: Story,
  checker: Checker | null,
  storage: 'as-json' | 'in-memory' = 'as-json',
): Advance[] {
  let prices = NIGHT_TARIFF;
  let lane: Lane = newLane(CAR, [HOME], NOON_MS);
  let nowMs = NOON_MS;
  let timerAtMs: number | null = null;
  let ids = 0;
  const results: Advance[] = [];
  const step = (atMs: number, inputs: readonly LaneInput[]): void => {
    if (inputs.some(({ kind }) => kind === 'prices-changed')) {
      prices = prices === NIGHT_TARIFF ? DEARER_TARIFF : NIGHT_TARIFF;
    }
    const context = { pricesAt: () => prices, newId: () => `id${++ids}` };
    const found = storage === 'as-json' ? JSON.parse(JSON.stringify(lane)) : lane;
    const result = advance(found, inputs, context, atMs);
    lane = result.lane;
    timerAtMs = result.timerAtMs;
    expect(timerAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs);
    results.push(result);
    checker?.check(result);
  };
  step(nowMs, [{ kind: 'policy-set', receivedAtMs: nowMs, policy: policyOf() }]);
  for (const { afterMs, things } of story) {
    const untilMs = nowMs + afterMs;
    for (let turn = 0; turn < 500 && timerAtMs !== null && timerAtMs <= untilMs; turn++) {
      step(timerAtMs, []);
    }
    nowMs = untilMs;
    step(
      nowMs,
      things.flatMap((thing) => inputOf(thing, nowMs, lane)),
    );
  }
  return results;
}

function inputOf(thing: Story[number]['things'][number], receivedAtMs: number, lane: Lane): LaneInput[] {
  const sessionId = Object.values(lane.current)[0]?.id ?? 'gone';
  switch (thing.kind) {
    case 'reading': {
      const { lateMs, place, kind, ...values } = thing;
      return [{ kind, receivedAtMs, reading: { observedAtMs: receivedAtMs - lateMs, ...values, ...place } }];
    }
    case 'policy-set':
      return [
        {
          kind: 'policy-set',
          receivedAtMs,
          policy: policyOf({ batteryReserve: thing.reserve, preconditionMinutes: 3 * thing.reserve }),
        },
      ];
    case 'policy-deleted':
      return [{ kind: 'policy-deleted', receivedAtMs, policyId: 'policy' }];
    case 'immediate':
      return [
        {
          kind: 'target-set',
          receivedAtMs,
          sessionId,
          override: { kind: 'IMMEDIATE_START', targetPercent: thing.target },
        },
      ];
    case 'regular': {
      const readyByMs = receivedAtMs + thing.hours * 60 * MINUTE;
      const override = { kind: 'REGULAR', targetPercent: 90, readyByMs, reservePercent: null } as const;
      return [{ kind: 'target-set', receivedAtMs, sessionId, override }];
    }
    case 'cleared':
      return [{ kind: 'target-cleared', receivedAtMs, sessionId }];
    case 'prices-changed':
      return [{ kind: 'prices-changed', receivedAtMs }];
  }
}
