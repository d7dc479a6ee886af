import { describe, expect, test } from 'vitest';
import { createPlant } from '../sim/plant.ts';
import { historyWords, whyWords } from '../wire/history-words.ts';
import { type Bench, benchOf, CAR, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';
import { driveNight } from './testing/drive.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

const entriesOf = (bench: Bench) => bench.steps.flatMap(({ history }) => history);
const wordsOf = (bench: Bench): string[] => entriesOf(bench).map((entry) => historyWords(entry));
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

describe('a car that does not do what it is told', () => {
  const ASLEEP = { ...IDLE, isReachable: false };

  test('says how often it was asked to stop, and no entry says the same as the one before without a change', () => {
    const bench = home();
    bench.read(at(18), { ...ON, levelPercent: 50 });
    for (let minute = 1; minute <= 20; minute++) {
      bench.until(at(18, minute));
      bench.read(at(18, minute), { ...ON, levelPercent: 50 });
    }
    const words = wordsOf(bench);
    expect(words.at(-1)).toBe(
      'Still charging: the car has not stopped after 4 attempts; it has been asked once more, and will be again at Tue 18:33.',
    );
    const same = entriesOf(bench).filter(
      ({ plannedBlocks }, index) => plannedBlocks === null && words[index] === words[index - 1],
    );
    expect(same).toEqual([]);
  });

  test('is told of once where it cannot be reached, whatever its connector answers', () => {
    const bench = home();
    bench.read(at(25), { ...ASLEEP, levelPercent: 60 });
    const startAtMs = bench.session().blocks[0]?.startAtMs ?? 0;
    const { commands } = bench.step(startAtMs);
    const count = entriesOf(bench).length;
    const commandId = commands[0]?.id ?? '';
    bench.step(startAtMs + 1_000, { kind: 'command-result', commandId, outcome: 'FAILED', reason: 'asleep' });
    expect(entriesOf(bench)).toHaveLength(count);
    expect(wordsOf(bench).at(-1)).toMatch(/^Not charging: the car cannot be reached; it is asked again at/);
  });

  test('is asked to stop though it cannot be reached: one entry for an attempt, none for its answer', () => {
    const bench = home();
    bench.read(at(18), { ...ON, levelPercent: 50 });
    bench.read(at(18, 0.5), { ...ON, levelPercent: 50, isReachable: false });
    const { commands } = bench.step(at(18, 1));
    const count = entriesOf(bench).length;
    const commandId = commands[0]?.id ?? '';
    bench.step(at(18, 1), { kind: 'command-result', commandId, outcome: 'FAILED', reason: 'asleep' });
    expect(entriesOf(bench)).toHaveLength(count);
    expect(whysOf(bench).at(-1)).toBe(
      'Still charging as far as is known: the car cannot be reached; it is asked to stop again at Tue 18:03, and as soon as it is heard of.',
    );
  });

  test('has just been asked once more when it is heard of again', () => {
    const bench = home();
    bench.read(at(25), { ...ASLEEP, levelPercent: 60 });
    const startAtMs = bench.session().blocks[0]?.startAtMs ?? 0;
    bench.until(startAtMs + 600_000);
    bench.read(startAtMs + 660_000, { ...IDLE, levelPercent: 60 });
    expect(bench.steps.at(-1)?.commands).toMatchObject([
      { kind: 'START', attemptedAtMs: startAtMs + 660_000 },
    ]);
    expect(wordsOf(bench).at(-1)).toMatch(
      /^The car can be reached again. Not charging: the car has not started after \d attempts; it has been asked once more, and will be again at/,
    );
  });

  test('a command that failed is told as one, not as an answer of the car', () => {
    const bench = home();
    bench.read(at(18), { ...IDLE, levelPercent: 30 });
    const override = { kind: 'IMMEDIATE_START', targetPercent: 60 } as const;
    const { commands } = bench.step(at(18, 1), {
      kind: 'target-set',
      sessionId: bench.session().id,
      override,
    });
    const commandId = commands[0]?.id ?? '';
    bench.step(at(18, 1), { kind: 'command-result', commandId, outcome: 'FAILED', reason: 'refused' });
    expect(wordsOf(bench).at(-1)).toBe(
      'A command has failed. Not charging: the car has not started after 1 attempt; it is asked again at Tue 18:02.',
    );
  });

  test('that takes no command to stop was not asked to', () => {
    const bench = home({ vehicle: { ...CAR, canStop: false } });
    bench.read(at(18), { ...ON, levelPercent: 50 });
    expect(wordsOf(bench).at(-1)).toBe('Plugged in. Still charging: the car takes no command to stop.');
  });
});

test('each entry of a charge that nobody sees says so, and says it once', () => {
  const bench = home();
  bench.read(at(26, 20), { ...ON, levelPercent: 50 });
  bench.read(at(26, 25), { ...ON, levelPercent: 50, isReachable: false });
  const gone = entriesOf(bench).at(-1);
  expect(gone && historyWords(gone)).toMatch(/^The car cannot be reached any more\. Charging at [^;]+\.$/);
  expect(gone && whyWords(gone)).toMatch(/^Charging at .+; the car cannot be reached at present\.$/);
  const sessionId = bench.session().id;
  bench.step(at(26, 30), {
    kind: 'target-set',
    sessionId,
    override: { kind: 'IMMEDIATE_START', targetPercent: 90 },
  });
  expect(wordsOf(bench).at(-1)).toBe(
    'The target of this session was changed. Charging at once to 90 %, as asked; the car cannot be reached at present.',
  );
  const silent = home();
  silent.read(at(26, 20), { ...ON, levelPercent: 50 });
  silent.until(at(27));
  expect(whysOf(silent).at(-1)).toMatch(/; nothing has been heard of the car for some time\.$/);
  expect(wordsOf(silent).at(-1)).toMatch(
    /^Nothing was heard of the car for some time\. Charging at [^;]+\.$/,
  );
});

test('a charge at once whose end taper moves by minutes at each reading leaves no entry each time', () => {
  const bench = home();
  const model = {
    capacityWh: 60_000,
    efficiency: 0.9,
    powerW: 3700,
    taper: { fromPercent: 80, scalePercent: 10 },
  };
  const report = { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: true };
  const parked = createPlant({ atMs: at(18), model, levelPercent: 75, report });
  driveNight(bench, parked, at(18, 5));
  const sessionId = bench.session().id;
  const override = { kind: 'IMMEDIATE_START', targetPercent: 100 } as const;
  bench.step(at(18, 6), { kind: 'target-set', sessionId, override });
  driveNight(bench, { ...parked, atMs: at(18, 10) }, at(25));
  const repeated = entriesOf(bench).filter(
    ({ cause, why }) => why.code === 'CHARGING_IMMEDIATE' && (cause === 'POWER' || cause === 'LEVEL'),
  );
  expect(repeated.length).toBeLessThanOrEqual(6);
});

test('that the car says so is said where it does', () => {
  const bench = home();
  bench.read(at(18), { ...IDLE, levelPercent: 100 });
  expect(whysOf(bench).at(-1)).toBe('Not charging: the battery is full.');
  bench.read(at(18, 5), { ...IDLE, levelPercent: 99, powerDeliveryState: 'PLUGGED_IN:COMPLETE' });
  expect(whysOf(bench).at(-1)).toBe('Not charging: the car says that it takes no more.');
});

test('a session that ends as its policy is deleted does not say that the car has left', () => {
  const bench = home();
  bench.read(at(18), { ...IDLE, levelPercent: 50 });
  bench.step(at(18, 5), { kind: 'policy-deleted', policyId: 'policy' });
  expect(wordsOf(bench).at(-1)).toBe('The policy was deleted; the session is settled.');
});
