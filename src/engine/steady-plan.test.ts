import { expect, test } from 'vitest';
import type { EngineSettings } from './contract.ts';
import { type Bench, benchOf, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;
const UNTIL_MS = at(31);

/** Two valleys that are nearly as cheap, each with its dearest hour first: a hair of need moves where a run begins. */
const TWO_VALLEYS = pricesOf([
  0.1, 0.098, 0.4, 0.4, 0.1012, 0.0985, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4,
  0.4, 0.4, 0.4, 0.4,
]);
/** Levels as a car rounds them that does nothing: a point up and down. */
const JITTER = [0, 1, 0, -1, -1, 0, 1, 1, 0, 0, -1, 0];

const OFTEN_MS = 300_000;
/** Too seldom to tell noise from a fall: only the gain that a change must bring keeps the edges. */
const SELDOM_MS = 1_200_000;

interface Night {
  /** How often, while the car waited, an edge of the plan other than its last end moved by a minute or more. */
  readonly moves: number;
  readonly starts: number;
  readonly levelPercent: number;
}

test('a car that waits and reports a point up and down keeps the edges of its plan, and starts no more often', () => {
  const steady = night({}, SELDOM_MS);
  const restless = night({ replanGainRatio: 0 }, SELDOM_MS);
  // Once, early in the night, the end would come to lie in a dear hour: that is worth more than the gain that counts.
  expect(steady.moves).toBeLessThanOrEqual(1);
  expect(restless.moves).toBeGreaterThan(3);
  expect([steady.starts, restless.starts]).toEqual([2, 2]);
  expect(steady.levelPercent).toBeGreaterThanOrEqual(79.5);
});

test('nor where it reports so often that a fall of the level is known for noise', () => {
  const steady = night({}, OFTEN_MS);
  expect(steady.moves).toBeLessThanOrEqual(1);
  expect(steady.starts).toBe(2);
  expect(steady.levelPercent).toBeGreaterThanOrEqual(79.5);
});

/** A night of readings every five minutes, or as seldom as is said while the car waits; it does at once what it is told. */
function night(settings: EngineSettings, waitingMs: number): Night {
  const bench = benchOf({ prices: TWO_VALLEYS, settings });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  let energyWh = 0;
  let isOn = false;
  let countedMs = at(20);
  let moves = 0;
  let starts = 0;
  let edges: readonly number[] = [];
  const read = (atMs: number): void => {
    energyWh += isOn ? (7_400 * (atMs - countedMs)) / 3_600_000 : 0;
    countedMs = atMs;
    const jitter = isOn ? 0 : (JITTER[Math.floor(atMs / waitingMs) % JITTER.length] ?? 0);
    const levelPercent = Math.round(40 + (energyWh * 0.9) / 600) + jitter;
    bench.read(atMs, { ...(isOn ? ON : IDLE), levelPercent, meterWh: Math.round(energyWh) });
    const now = edgesOf(bench);
    // An edge that lies behind, or that the car has just come to, is gone and has not moved.
    const ahead = edges.slice(0, -1).filter((edgeMs) => edgeMs > atMs);
    moves +=
      energyWh === 0 && ahead.some((edgeMs) => !now.some((other) => Math.abs(other - edgeMs) < 60_000))
        ? 1
        : 0;
    edges = now;
  };
  const obey = (atMs: number): void => {
    const isWanted = bench.lane().control.wanted === 'on';
    if (isWanted === isOn) return;
    read(atMs);
    isOn = isWanted;
    starts += isOn ? 1 : 0;
    read(atMs);
  };
  for (let atMs = at(20); atMs <= UNTIL_MS; atMs += 60_000) {
    bench.until(atMs);
    obey(atMs);
    if (atMs % (isOn ? OFTEN_MS : waitingMs) !== 0) continue;
    read(atMs);
    obey(atMs);
  }
  return { moves, starts, levelPercent: 40 + (energyWh * 0.9) / 600 };
}

function edgesOf(bench: Bench): readonly number[] {
  const [session] = Object.values(bench.lane().current);
  return session?.plan?.plan.blocks.flatMap(({ startAtMs, endAtMs }) => [startAtMs, endAtMs]) ?? [];
}
