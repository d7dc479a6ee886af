import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { historyWords } from '../wire/history-words.ts';
import { type Bench, benchOf, CAR, NOON_MS, policyOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;

interface Car {
  readonly isReachable: boolean;
  readonly powerDeliveryState: 'PLUGGED_IN:STOPPED' | 'PLUGGED_IN:FAULT';
}

/** A night in which no start comes about: a reading every five minutes, each command answered with a failure. */
function nightOf(car: Car): Bench {
  const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 } });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf() });
  let taken = 0;
  bench.read(at(20), { ...IDLE, ...car, levelPercent: 40 });
  for (let atMs = at(20, 1); atMs <= at(31, 10); atMs += MINUTE_MS) {
    bench.until(atMs);
    for (; taken < bench.steps.length; taken++) {
      for (const { id, state } of bench.steps[taken]?.commands ?? []) {
        if (state !== 'PENDING') continue;
        bench.step(atMs, { kind: 'command-result', commandId: id, outcome: 'FAILED', reason: null });
      }
    }
    if (atMs % (5 * MINUTE_MS) === 0) bench.read(atMs, { ...IDLE, ...car, levelPercent: 40 });
  }
  return bench;
}

test.each<[string, Car]>([
  ['is asleep', { isReachable: false, powerDeliveryState: 'PLUGGED_IN:STOPPED' }],
  ['refuses', { isReachable: true, powerDeliveryState: 'PLUGGED_IN:STOPPED' }],
  ['is faulty', { isReachable: true, powerDeliveryState: 'PLUGGED_IN:FAULT' }],
])('a start that slides along with time is no entry of its own, where the car %s', (_what, car) => {
  const entries = nightOf(car).steps.flatMap(({ history }) => history);
  const words = entries.map((entry) => historyWords(entry).replace(/^[^.]*(has failed|some time)\. /, ''));
  const repeated = entries.filter(
    ({ outcome, error }, index) => words[index] === words[index - 1] && outcome === null && error === null,
  );
  expect(repeated.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([]);
  expect(entries.find(({ outcome }) => outcome?.after === 'AT_RISK')?.plannedBlocks).not.toBeNull();
});
