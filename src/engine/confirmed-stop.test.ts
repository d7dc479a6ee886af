import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { type Bench, benchOf, CAR, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;

/** Cheap from midnight to five, with a dear hour within where `hasPause`. */
const tariff = (hasPause: boolean) =>
  pricesOf([0.1, 0.1, hasPause ? 0.3 : 0.1, 0.1, 0.1, ...Array.from({ length: 19 }, () => 0.3)]);

interface Car {
  /** What it answers to a stop; it always obeys one that it confirms. */
  readonly answersStop: boolean;
  /** It reports nothing while it is stopped after a charge. */
  readonly sleeps: boolean;
  /** It goes on after a confirmed stop, and says so. */
  readonly goesOn?: boolean;
}

/** A night of an 11 kW car from 20 % on: readings every five minutes, commands obeyed within the minute. */
function nightOf(
  car: Car,
  hasPause = false,
): { readonly bench: Bench; readonly said: string[]; readonly level: number } {
  const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, prices: tariff(hasPause) });
  bench.step(at(19), { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  let level = 20;
  let isOn = false;
  let isAsleep = false;
  let taken = 0;
  const said: string[] = [];
  const report = (atMs: number): void => {
    if (isAsleep) return;
    const powerDeliveryState = isOn ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED';
    const levelPercent = Math.floor(level);
    bench.read(atMs, { isPluggedIn: true, powerDeliveryState, powerKw: isOn ? 11 : 0, levelPercent });
  };
  report(at(20));
  for (let atMs = at(20, 1); atMs <= at(31, 10); atMs += MINUTE_MS) {
    level += isOn ? 0.275 : 0;
    bench.until(atMs);
    for (; taken < bench.steps.length; taken++) {
      for (const { id, kind, state } of bench.steps[taken]?.commands ?? []) {
        if (state !== 'PENDING') continue;
        said.push(`${new Date(atMs).toISOString().slice(11, 16)} ${kind}`);
        if (kind === 'STOP' && !car.answersStop) continue;
        isOn = kind === 'START' || car.goesOn === true;
        isAsleep = kind === 'STOP' && car.sleeps;
        bench.step(atMs, { kind: 'command-result', commandId: id, outcome: 'CONFIRMED', reason: null });
        if (kind === 'START') report(atMs);
      }
    }
    if (atMs % (5 * MINUTE_MS) === 0) report(atMs);
  }
  return { bench, said, level };
}

const errorsOf = (bench: Bench): string[] => [
  ...new Set(bench.steps.flatMap(({ sessions }) => sessions.map(({ session }) => session.error?.code ?? ''))),
];
const textsOf = (bench: Bench): string[] =>
  bench.steps.flatMap(({ history }) => history.map(({ why }) => why.code));

describe('a stop that was confirmed by a car that then sleeps', () => {
  test('is asked for once, is no failure, and the target is met by what energy tells', () => {
    const { bench, said, level } = nightOf({ answersStop: true, sleeps: true });
    expect(said.map((text) => text.slice(6))).toEqual(['START', 'STOP']);
    expect(level).toBeGreaterThanOrEqual(80);
    expect(errorsOf(bench)).toEqual(['']);
    // Between the command and the answer it is charging on.
    expect(textsOf(bench).slice(-3)).toEqual(['CHARGING_UNWANTED', 'TARGET_MET', 'TARGET_MET']);
    // The next deadline's target finds it met too.
    expect(bench.session().outcome).toMatchObject({ state: 'REACHED', levelAtReadyByPercent: 80 });
    const decided = bench.lane().current.policy?.decided;
    expect(decided?.outcome).toMatchObject({ state: 'REACHED', levelAtReadyByPercent: 80 });
  });

  test('does not keep it from being started again after a pause', () => {
    const { said, level } = nightOf({ answersStop: true, sleeps: true }, true);
    expect(said.map((text) => text.slice(6))).toEqual(['START', 'STOP', 'START', 'STOP']);
    expect(level).toBeGreaterThanOrEqual(80);
  });
});

describe('a stop that is not carried out', () => {
  test.each([
    ['nobody answers', { answersStop: false, sleeps: false }],
    ['it is confirmed, and later readings say otherwise', { answersStop: true, sleeps: false, goesOn: true }],
  ])('%s: it is asked for again and said to have failed', (_name, car) => {
    const { bench, said } = nightOf(car);
    expect(said.filter((text) => text.endsWith('STOP')).length).toBeGreaterThan(3);
    expect(errorsOf(bench)).toContain('STOP_FAILED');
  });
});

describe('a stop at the end of a charge, confirmed before the car tells its level', () => {
  test('what is left by that level is planned, and not forgotten until the deadline', () => {
    const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, prices: pricesOf([0.1]) });
    const told = (
      powerDeliveryState: 'PLUGGED_IN:CHARGING' | 'PLUGGED_IN:STOPPED',
      levelPercent: number,
    ) => ({
      isPluggedIn: true,
      powerDeliveryState,
      powerKw: powerDeliveryState === 'PLUGGED_IN:CHARGING' ? 11 : 0,
      levelPercent,
    });
    bench.step(at(19), { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
    bench.read(at(20), told('PLUGGED_IN:STOPPED', 70));
    for (const [minute, level] of [
      [1, 70],
      [11, 73],
      [21, 76],
      [31, 78],
      [36, 79],
    ] as const) {
      bench.read(at(30, minute), told('PLUGGED_IN:CHARGING', level));
    }
    bench.until(at(30, 40));
    const { command } = bench.lane().control;
    expect(command).toMatchObject({ kind: 'STOP', state: 'PENDING' });
    const stoppedAtMs = command?.attemptedAtMs ?? 0;
    const commandId = command?.id ?? '';
    bench.step(stoppedAtMs, { kind: 'command-result', commandId, outcome: 'CONFIRMED', reason: null });
    bench.read(stoppedAtMs, told('PLUGGED_IN:STOPPED', 79));
    expect(bench.session().outcome?.state).toBe('ON_TRACK');
    expect(bench.session().blocks.at(-1)?.startAtMs).toBeGreaterThanOrEqual(stoppedAtMs);
  });
});

describe('a start that is confirmed again and again', () => {
  test.each([
    ['and nothing is read: no failure', false],
    ['and the car is read to stand still: failures', true],
  ])('%s', (_name, isRead) => {
    const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, prices: tariff(false) });
    const idle = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', levelPercent: 20 } as const;
    bench.step(at(19), { kind: 'policy-set', policy: policyOf({ batteryReserve: 30 }) });
    bench.read(at(20), idle);
    for (let minute = 0; minute < 25; minute++) {
      bench.until(at(20, minute));
      const { command } = bench.lane().control;
      if (command?.state === 'PENDING') {
        bench.step(at(20, minute), {
          kind: 'command-result',
          commandId: command.id,
          outcome: 'CONFIRMED',
          reason: null,
        });
      }
      if (isRead) bench.read(at(20, minute + 0.5), idle);
    }
    const { command, failureCount } = bench.lane().control;
    expect(command?.kind).toBe('START');
    expect([command?.attempts, failureCount]).toEqual(isRead ? [5, 4] : [5, 0]);
    expect(errorsOf(bench).includes('START_FAILED')).toBe(isRead);
  });
});
