import { describe, expect, it } from 'vitest';
import type { PlanBlock } from '../planner/problem.ts';
import { areSameCourse, isOnCourse } from './on-course.ts';

const MINUTE = 60_000;

function block(fromMinute: number, toMinute: number, type: PlanBlock['type'] = 'REGULAR'): PlanBlock {
  return { type, startAtMs: fromMinute * MINUTE, endAtMs: toMinute * MINUTE, energyWh: 0, cost: 0 };
}

describe('on course', () => {
  const two = [block(0, 60), block(120, 180)];
  it.each([
    ['half through its first block', two, 30, 90, true],
    ['a second behind', two, 30, 90 + 1 / 60, true],
    ['three seconds behind', two, 30, 90 + 3 / 60, false],
    ['three seconds ahead', two, 30, 90 - 3 / 60, false],
    ['at its very beginning', two, 0, 120, true],
    ['in the last block', two, 150, 30, true],
    ['near the end of the last block', two, 165, 15, false],
    ['near the end of the first block', two, 45, 75, true],
    ['where the block ends', two, 60, 60, false],
    ['nine seconds before the block ends', two, 60 - 9 / 60, 60 + 9 / 60, false],
    ['eleven seconds before the block ends', two, 60 - 11 / 60, 60 + 11 / 60, true],
    ['in a pause', two, 90, 60, false],
    ['before it begins', two, -10, 120, false],
    ['in a reserve', [block(0, 60, 'BATTERY_RESERVE')], 30, 30, false],
    ['without a plan', [], 0, 0, false],
  ])('%s', (_name, blocks, nowMinute, neededMinutes, isOn) => {
    expect(isOnCourse(blocks, neededMinutes * MINUTE, nowMinute * MINUTE)).toBe(isOn);
  });
});

describe('the same course', () => {
  it.each([
    ['itself', [block(0, 60)], [block(0, 60)], true],
    ['one a second longer', [block(0, 60)], [block(0, 60 + 1 / 60)], true],
    ['one a minute later', [block(0, 60)], [block(1, 61)], false],
    ['one with a block more', [block(0, 60)], [block(0, 60), block(90, 95)], false],
  ])('%s', (_name, blocks, others, isSame) => {
    expect(areSameCourse(blocks, others)).toBe(isSame);
    expect(areSameCourse(others, blocks)).toBe(isSame);
  });
});
