import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { PlanBlock, PlanProblem } from '../planner/problem.ts';
import { chargedFirst, withoutFirst } from './charged-first.ts';

const NOW_MS = 100 * HOUR_MS;
/** One percent takes six minutes. */
const PROBLEM: PlanProblem = {
  nowMs: NOW_MS,
  readyByMs: NOW_MS,
  marginMs: 0,
  levelPercent: 50,
  reservePercent: 0,
  targetPercent: 80,
  chargeLimitPercent: 100,
  capacityWh: 100_000,
  efficiency: 1,
  curve: [{ levelPercent: 0, powerKw: 10 }],
  isCharging: true,
  stateSinceMs: NOW_MS - 3 * MINUTE_MS,
  startedByItself: false,
  slots: [],
  startCost: 0,
  minRunMs: 15 * MINUTE_MS,
  opportunisticPrice: null,
  preconditionMs: 0,
  restrictions: [],
  prefer: 'late',
};

test.each<[string, 'REGULAR' | 'IMMEDIATE_START' | null, Partial<PlanProblem>, number]>([
  ['all that was asked for at once', 'IMMEDIATE_START', { isCharging: false }, 80],
  ['of that no more than the car takes', 'IMMEDIATE_START', { chargeLimitPercent: 70 }, 70],
  ['the rest of the least run of a car that is late', 'REGULAR', {}, 52],
  ['none of it after that run', 'REGULAR', { stateSinceMs: NOW_MS - 15 * MINUTE_MS }, 0],
  ['nor where it is not known since when', 'REGULAR', { stateSinceMs: null }, 0],
  ['nor of a run that the car began by itself', 'REGULAR', { startedByItself: true }, 0],
  [
    'all that is left where it is less than such a run',
    'REGULAR',
    { stateSinceMs: null, targetPercent: 52 },
    52,
  ],
  ['not where a pause leaves time enough', 'REGULAR', { targetPercent: 52, readyByMs: NOW_MS + HOUR_MS }, 0],
  [
    'where a pause leaves too little',
    'REGULAR',
    { targetPercent: 52, readyByMs: NOW_MS + 26 * MINUTE_MS },
    52,
  ],
  ['nothing without a deadline', null, { readyByMs: null }, 0],
  ['the reserve that is filled anyway', 'REGULAR', { reservePercent: 60 }, 60],
])('charged before anything else: %s', (_title, kind, change, percent) => {
  const aim = { target: kind === null ? null : { kind } };
  expect(chargedFirst({ ...PROBLEM, ...change }, aim).reservePercent).toBeCloseTo(percent, 9);
});

test('what is charged first is told as reserve only where it is one', () => {
  const block = (type: PlanBlock['type'], hour: number, powerKw?: number): PlanBlock => ({
    type,
    startAtMs: NOW_MS + hour * HOUR_MS,
    endAtMs: NOW_MS + (hour + 1) * HOUR_MS,
    energyWh: 10_000,
    cost: 1,
    ...(powerKw === undefined ? {} : { powerKw }),
  });
  const blocks = [
    block('BATTERY_RESERVE', 0),
    block('REGULAR', 1),
    block('REGULAR', 2, 5),
    block('REGULAR', 4, 5),
  ];
  expect(withoutFirst(blocks, { ...PROBLEM, reservePercent: 60 })).toEqual(blocks);
  expect(withoutFirst(blocks, PROBLEM)).toEqual([
    { ...block('REGULAR', 0), endAtMs: NOW_MS + 2 * HOUR_MS, energyWh: 20_000, cost: 2 },
    block('REGULAR', 2, 5),
    block('REGULAR', 4, 5),
  ]);
});
