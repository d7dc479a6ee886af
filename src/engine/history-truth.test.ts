import { describe, expect, test } from 'vitest';
import { whyWords } from '../wire/history-words.ts';
import { type Bench, benchOf, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

const entriesOf = (bench: Bench) => bench.steps.flatMap(({ history }) => history);
const whysOf = (bench: Bench): string[] => entriesOf(bench).map((entry) => whyWords(entry));

function home(given: Parameters<typeof benchOf>[0] = {}, policy: Parameters<typeof policyOf>[0] = {}): Bench {
  const bench = benchOf(given);
  bench.step(at(12), { kind: 'policy-set', policy: policyOf(policy) });
  return bench;
}

/** Readings of a car that charges from a level on, every five minutes, each of a whole percent. */
function charge(bench: Bench, fromMs: number, toMs: number, fromPercent: number): void {
  for (let atMs = fromMs; atMs <= toMs; atMs += 300_000) {
    bench.until(atMs);
    const meterWh = (7_400 * (atMs - fromMs)) / 3_600_000;
    bench.read(atMs, { ...ON, levelPercent: Math.floor(fromPercent + (meterWh * 90) / 60_000), meterWh });
  }
}

describe('why a car charges', () => {
  test('to its own limit, where that is below the target', () => {
    const bench = home();
    bench.read(at(26), { ...ON, levelPercent: 50, chargeLimitPercent: 60 });
    expect(whysOf(bench).at(-1)).toBe(
      "Charging at 0.05 EUR/kWh on average: these are the cheapest hours to reach the car's own limit of 60 % by Wed 07:00.",
    );
    bench.read(at(27), { ...IDLE, levelPercent: 60 });
    bench.read(at(27, 5), { ...IDLE, levelPercent: 59 });
    expect(whysOf(bench).at(-1)).toBe("Not charging: the battery has reached the car's own limit of 60 %.");
  });

  /** A quarter of an hour before midnight is needed, as five to seven is too little. */
  test('in hours that the policy allows, though others would be cheaper', () => {
    const day = [0.05, 0.05, 0.05, 0.05, 0.05, 0.15, 0.15, ...Array.from({ length: 17 }, () => 0.2)];
    const window = { type: 'AVOID', startTime: '00:00', endTime: '05:00', weekdays: EVERY_DAY };
    const bench = home({ prices: pricesOf(day) }, { restrictionSchedule: [window] });
    bench.read(at(22), { ...IDLE, levelPercent: 60 });
    const [block] = bench.session().blocks;
    const startAtMs = block?.startAtMs ?? 0;
    expect((block?.endAtMs ?? 0) - startAtMs).toBe(900_000);
    bench.until(startAtMs);
    bench.read(startAtMs, { ...ON, levelPercent: 60 });
    expect(whysOf(bench).at(-1)).toBe(
      'Charging at 0.2 EUR/kWh on average: these are the cheapest hours that the policy allows to reach 80 % by Wed 07:00.',
    );
  });

  test('in hours that are needed beside cheaper ones that are full, whatever each reading moves', () => {
    const day = [0.3, 0.3, 0.05, 0.05, 0.05, 0.3, 0.3, ...Array.from({ length: 15 }, () => 0.3), 0.1, 0.1];
    const bench = home({ prices: pricesOf(day) }, { batteryReserve: 0 });
    bench.read(at(21), { ...IDLE, levelPercent: 32 });
    bench.until(at(22, 30));
    charge(bench, at(22, 30), at(23, 50), 32);
    const codes = entriesOf(bench).map(({ why }) => why.code);
    expect(codes).toContain('CHARGING_PLANNED');
    expect(codes).not.toContain('CHARGING_RUN_ON');
  });

  test('at the price of the whole block, not of what is left of it', () => {
    const bench = home({ prices: pricesOf([0.3, 0.3, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4, 0.4]) });
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const [block] = bench.session().blocks;
    bench.until(block?.startAtMs ?? 0);
    charge(bench, block?.startAtMs ?? 0, at(27, 30), 50);
    bench.read(at(27, 35), { ...ON, isReachable: false });
    const charging = entriesOf(bench).filter(({ why }) => why.code === 'CHARGING_PLANNED');
    expect(charging.at(-1)?.atMs).toBe(at(27, 35));
    // What is left costs 0.2.
    expect(charging.at(-1)?.why.price).toBeCloseTo(charging[0]?.why.price ?? 0, 2);
  });
});

test('the last seconds of a reserve, which come and go with the rounding of levels, are no block of their own', () => {
  const bench = home({}, { batteryReserve: 20 });
  bench.read(at(15), { ...IDLE, levelPercent: 12 });
  const from = entriesOf(bench).length;
  for (let minute = 0; minute <= 40; minute += 5) {
    const meterWh = Math.round((7_400 * minute) / 60);
    const levelPercent = Math.round((12 + (meterWh * 90) / 60_000) * 100) / 100;
    bench.until(at(15, minute));
    bench.read(at(15, minute), { ...ON, levelPercent, meterWh });
    for (const { startAtMs, endAtMs } of bench.session().blocks) {
      expect(endAtMs - startAtMs).toBeGreaterThan(10_000);
    }
  }
  expect(entriesOf(bench).slice(from)).toHaveLength(1);
});
