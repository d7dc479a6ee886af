import { describe, expect, test } from 'vitest';
import type { Reading } from '../domain/reading.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { type Bench, benchOf, NOON_MS, policyOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
type Said = Omit<Reading, 'observedAtMs'>;

/** What is known of a charge from two to seven, of which nothing is read between three and half past five. */
function nightWith(beat: Said | null): { readonly bench: Bench; readonly seen: string[] } {
  const bench = benchOf();
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  let energyWh = 0;
  const say = (atMs: number, isOn: boolean): void => {
    const levelPercent = Math.round(35 + (energyWh * 0.9) / 600);
    const state = isOn ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED';
    bench.read(atMs, { isPluggedIn: true, powerDeliveryState: state, powerKw: isOn ? 7.4 : 0, levelPercent });
  };
  const seen: string[] = [];
  say(at(20), false);
  for (let atMs = at(20, 5); atMs <= at(30); atMs += 5 * MINUTE_MS) {
    const isOn = atMs > at(26);
    energyWh += isOn ? 7400 / 12 : 0;
    bench.until(atMs);
    if (atMs < at(27) || atMs >= at(29, 30)) {
      say(atMs, isOn || atMs === at(26));
    } else if (beat !== null) {
      bench.read(atMs, beat);
    }
    const { blocks, outcome } = bench.session();
    const text = `${outcome?.state} ${new Date(blocks.at(-1)?.endAtMs ?? 0).toISOString().slice(11, 16)}`;
    if (atMs >= at(27, 15) && atMs < at(29, 30) && seen.at(-1) !== text) seen.push(text);
  }
  return { bench, seen };
}

describe('a cloud that speaks for a car that it does not hear', () => {
  const silent = nightWith(null);

  test('does not make what was last read of the charge any fresher', () => {
    expect(silent.seen).toEqual(['ON_TRACK 06:03']);
    expect(nightWith({ isReachable: false }).seen).toEqual(silent.seen);
    expect(nightWith({ isReachable: true }).seen).toEqual(silent.seen);
    expect(nightWith({ odometerKm: 12_000 }).seen).toEqual(silent.seen);
  });

  test('leaves the energy where it flowed', () => {
    const steps = (bench: Bench): readonly unknown[] => bench.lane().visit?.account.steps ?? [];
    expect(steps(nightWith({ isReachable: false }).bench)).toEqual(steps(silent.bench));
  });
});

test('a command goes out again when the car itself is heard of, not when a cloud says something', () => {
  const bench = benchOf();
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  const idle: Said = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', levelPercent: 35 };
  bench.read(at(20), idle);
  bench.until(at(26, 31));
  const attempts = (): number => bench.lane().control.command?.attempts ?? 0;
  const before = attempts();
  expect(before).toBeGreaterThan(0);
  bench.read(at(26, 31), { isReachable: true });
  bench.read(at(26, 32), { odometerKm: 12_000 });
  expect(attempts()).toBe(before);
  bench.read(at(26, 33), idle);
  expect(attempts()).toBe(before + 1);
});
