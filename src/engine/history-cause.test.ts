import { describe, expect, test } from 'vitest';
import { type Bench, benchOf, NIGHT_TARIFF, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;

/** At home from 18:00 on at a level, and when the planned block begins. */
function waiting(
  levelPercent: number,
  prices = NIGHT_TARIFF,
  policy: Parameters<typeof policyOf>[0] = {},
): { bench: Bench; startAtMs: number } {
  const bench = benchOf({ prices });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf(policy) });
  bench.read(at(18), { ...IDLE, levelPercent });
  const [block] = bench.session().blocks;
  return { bench, startAtMs: block?.startAtMs ?? 0 };
}

const newest = (bench: Bench): string => {
  const { cause, why } = bench.steps.flatMap(({ history }) => history).at(-1) ?? {};
  return `${cause} ${why?.code}`;
};

describe('what comes just when time would have done the same', () => {
  test.each([
    ['a reading that says nothing new', {}],
    ['another level', { levelPercent: 61 }],
  ])('%s does not start a planned block', (_what, news) => {
    const { bench, startAtMs } = waiting(60);
    bench.read(startAtMs - 300_000, { ...IDLE, levelPercent: 60 });
    bench.read(startAtMs, { ...IDLE, levelPercent: 60, ...news });
    expect(newest(bench)).toBe('CLOCK STARTING');
  });

  test('a level at the planned end of a block does not end it', () => {
    const day = [0.05, 0.05, 0.05, 0.05, 0.05, 0.15, 0.15, ...Array.from({ length: 17 }, () => 0.2)];
    const window = { type: 'AVOID', startTime: '00:00', endTime: '05:00', weekdays: [0, 1, 2, 3, 4, 5, 6] };
    const { bench, startAtMs } = waiting(60, pricesOf(day), { restrictionSchedule: [window] });
    bench.until(startAtMs);
    bench.read(startAtMs, { ...ON, levelPercent: 60, meterWh: 0 });
    bench.read(at(23, 55), { ...ON, levelPercent: 61, meterWh: 1_233 });
    bench.read(at(24), { ...ON, levelPercent: 62, meterWh: 1_850 });
    expect(newest(bench)).toBe('CLOCK CHARGING_UNWANTED');
  });

  test('a level at the deadline does not miss it', () => {
    const { bench } = waiting(60);
    bench.read(at(30, 30), { ...ON, levelPercent: 60 });
    bench.read(at(30, 55), { ...ON, levelPercent: 64 });
    bench.read(at(31), { ...ON, levelPercent: 65 });
    expect(newest(bench)).toBe('CLOCK CHARGING_LATE');
  });
});

test('a level that meets the target at the deadline is what met it', () => {
  const { bench } = waiting(60);
  bench.read(at(30, 55), { ...ON, levelPercent: 79 });
  bench.read(at(31), { ...ON, levelPercent: 80 });
  const [entry] = bench.steps.at(-1)?.history ?? [];
  expect(entry).toMatchObject({ cause: 'LEVEL', outcome: { after: 'REACHED' } });
});

test('a plan that moves as the car draws less than was thought moves by its power, not by its level', () => {
  const { bench, startAtMs } = waiting(60);
  bench.until(startAtMs);
  bench.read(startAtMs, { ...ON, powerKw: 5, levelPercent: 60, meterWh: 0 });
  bench.read(startAtMs + 600_000, { ...ON, powerKw: 5, levelPercent: 61, meterWh: 833 });
  const [entry] = bench.steps.at(-1)?.history ?? [];
  expect(entry?.cause).toBe('POWER');
  expect(entry?.plannedBlocks).not.toBeNull();
});

test.each([
  ['after it', false],
  ['before it', true],
])('new prices start the car, and not a reading that says nothing new and comes %s', (_when, isBefore) => {
  const prices = { ...pricesOf([0.2]) };
  const { bench } = waiting(60, prices);
  prices.slots = prices.slots.map((slot) => (slot.startAtMs === at(19) ? { ...slot, price: -0.1 } : slot));
  prices.version = 'new';
  const reading = { kind: 'reading', reading: { observedAtMs: at(19), ...IDLE, levelPercent: 60 } } as const;
  const changed = { kind: 'prices-changed' } as const;
  bench.step(at(19), ...(isBefore ? [reading, changed] : [changed, reading]));
  expect(newest(bench)).toBe('PRICES STARTING');
});
