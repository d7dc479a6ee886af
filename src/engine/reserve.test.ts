import { describe, expect, test } from 'vitest';
import { historyWords } from '../wire/history-words.ts';
import { reserveAfterReading } from './reserve.ts';
import { type Bench, benchOf, CAR, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';

const at = (hour: number, minute = 0, second = 0): number =>
  NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000 + second * 1000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 10.1 } as const;

describe('a reserve of 55 %', () => {
  const [full, filling, counted] = [
    { isFilling: false, countedPercent: null },
    { isFilling: true, countedPercent: null },
    { isFilling: false, countedPercent: 55 },
  ];
  const another = { isFilling: false, countedPercent: 60 };
  test.each([
    ['is filled below it at plug-in', full, 54, 54, true, filling],
    ['and not at it', full, 55, 55, true, full],
    ['is not filled for a point later', full, 54, 54.5, false, full],
    ['but for two', full, 53, 53.5, false, filling],
    ['goes on being filled below it', filling, 54, 54.5, false, filling],
    ['and no further than it', filling, 55, 54.5, false, full],
    ['stays filled by energy where the level is rounded down', counted, 54, 54.5, false, counted],
    ['and where that is told a point too low', counted, 53, 53.5, false, counted],
    ['and where it is told in steps of five', counted, 50, 54.95, false, counted],
    ['but not where more is missing', counted, 52, 52.5, false, filling],
    ['nor where one step of five more is', counted, 45, 49.95, false, filling],
    ['was filled by energy where a level says so too', counted, 55, 55.5, false, full],
    ['is another one than was filled by energy', another, 53, 53.5, false, filling],
  ])('%s', (_what, before, toldPercent, believedPercent, isAtPlugIn, after) => {
    const reading = { reservePercent: 55, toldPercent, believedPercent, isAtPlugIn };
    expect(reserveAfterReading(before, reading)).toEqual(after);
  });
});

const CHEAP_EVENING = pricesOf(Array.from({ length: 24 }, (_, hour) => (hour < 18 ? 0.3 : 0.1)));

/** A car of 79 kWh whose level falls to 52 % beside its charger, as in seed 12 of the simulation; its energy is overrated. */
function filledByEnergy(target: number): Bench {
  const vehicle = { ...CAR, capacityWh: 79_000, powerKw: 11 };
  const bench = benchOf({ vehicle, prices: CHEAP_EVENING });
  const day = { deadline: '23:00', minimumChargeTarget: target };
  const schedule = { tuesday: day, wednesday: day };
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ batteryReserve: 55, schedule }) });
  bench.read(at(12), { ...IDLE, levelPercent: 59, meterWh: 0 });
  bench.read(at(12, 35), { ...IDLE, levelPercent: 52, meterWh: 0 });
  confirm(bench, at(12, 35));
  bench.read(at(12, 35), { ...ON, levelPercent: 52, meterWh: 0 });
  bench.read(at(12, 40), { ...ON, levelPercent: 53, meterWh: 843 });
  bench.read(at(12, 45), { ...ON, levelPercent: 54, meterWh: 1687 });
  bench.until(at(12, 49));
  return bench;
}

function confirm(bench: Bench, atMs: number): void {
  const commandId = bench.lane().control.command?.id ?? '';
  bench.step(atMs, { kind: 'command-result', commandId, outcome: 'CONFIRMED', reason: null });
}

const sentBy = (bench: Bench, fromStep = 0): string[] =>
  bench.steps
    .slice(fromStep)
    .flatMap(({ commands }) => commands)
    .filter(({ state }) => state === 'PENDING')
    .map(({ kind, cause }) => `${kind} ${cause}`);
const blocksOf = (bench: Bench): string[] =>
  bench.session().blocks.map(({ type, energyWh }) => `${type} ${energyWh}`);
const wordsOf = (bench: Bench): string[] =>
  bench.steps.flatMap(({ history }) => history.map((entry) => historyWords(entry)));

describe('a reserve that was filled by what energy tells', () => {
  test.each([
    ['the stop is confirmed first', true],
    ['only a reading shows the stop', false],
  ])('is not charged again as the car tells a point less once it has stopped: %s', (_how, isConfirmed) => {
    const bench = filledByEnergy(55);
    const { command } = bench.lane().control;
    expect(command).toMatchObject({ kind: 'STOP', state: 'PENDING' });
    const count = bench.steps.length;
    const stoppedAtMs = (command?.attemptedAtMs ?? 0) + 1000;
    if (isConfirmed) confirm(bench, stoppedAtMs);
    bench.read(stoppedAtMs, { ...IDLE, levelPercent: 54, meterWh: 2205 });
    expect(bench.session().state).toBe('ACTIVE:REGULAR');
    // All of it was the reserve's, and as the target was reached before, none is left for that either.
    expect(blocksOf(bench)).toEqual(['BATTERY_RESERVE 2205']);
    expect(wordsOf(bench).at(-1)).toContain('Not charging: the target of 55 % is met.');
    for (let hour = 13; hour < 24; hour++) {
      bench.until(at(hour));
      bench.read(at(hour), { ...IDLE, levelPercent: hour % 3 === 0 ? 53 : 54, meterWh: 2205 });
    }
    expect(sentBy(bench, count)).toEqual([]);
  });

  test('is shown so while a car that has stopped sleeps', () => {
    const bench = filledByEnergy(55);
    confirm(bench, at(12, 49));
    expect(bench.session().state).toBe('ACTIVE:REGULAR');
    bench.until(at(14));
    expect(sentBy(bench)).toEqual(['START RESERVE', 'STOP TARGET_MET']);
  });

  test('is charged again where more is missing than rounding and noise explain', () => {
    const bench = filledByEnergy(55);
    confirm(bench, at(12, 49));
    bench.read(at(12, 49), { ...IDLE, levelPercent: 54, meterWh: 2205 });
    bench.read(at(14), { ...IDLE, levelPercent: 52, meterWh: 2205 });
    expect(bench.session().state).toBe('ACTIVE:BATTERY_RESERVE');
    expect(sentBy(bench)).toEqual(['START RESERVE', 'STOP TARGET_MET', 'START RESERVE']);
  });

  test('leaves what a target that was not met yet wants, for the hours that it is planned in', () => {
    const bench = filledByEnergy(70);
    confirm(bench, at(12, 49));
    bench.read(at(12, 49), { ...IDLE, levelPercent: 54, meterWh: 2205 });
    expect(bench.session().state).toBe('ACTIVE:REGULAR');
    const [, planned] = bench.session().blocks;
    expect(planned).toMatchObject({ type: 'REGULAR' });
    expect(planned?.startAtMs).toBeGreaterThanOrEqual(at(18));
  });
});
