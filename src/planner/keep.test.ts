import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { keepOrReplace } from './keep.ts';
import { plan } from './plan.ts';
import { drawn, hourly, problemWith } from './testing/drawn.ts';

const GAIN = 0.02;
const H = HOUR_MS;
const M = MINUTE_MS;

/** Old blocks against a problem; the old ones are given as hours. */
function decide(
  old: readonly (readonly [number, number])[],
  wanted: Parameters<typeof problemWith>[0],
  gain = GAIN,
) {
  const problem = problemWith(wanted);
  const blocks = old.map(([from, to]) => ({ startAtMs: from * H, endAtMs: to * H }));
  const fresh = plan(problem);
  return { ...keepOrReplace(blocks, problem, fresh, gain), fresh };
}

describe('the old plan against a new one: a letter is half an hour', () => {
  test.each<{
    what: string;
    old: [number, number][];
    prices: number[];
    wanted: Parameters<typeof problemWith>[0];
    picture: string;
    reason: string;
  }>([
    {
      what: 'an equal plan',
      old: [
        [1, 2],
        [3, 4],
      ],
      prices: [9, 1, 9, 1],
      wanted: { needHours: 2 },
      picture: '..##..##',
      reason: 'KEPT',
    },
    {
      what: 'equally cheap but earlier',
      old: [[0, 1]],
      prices: [1, 1, 1, 1],
      wanted: { needHours: 1 },
      picture: '##......',
      reason: 'KEPT',
    },
    {
      what: 'half an hour less is needed: only the end moves',
      old: [
        [1, 2],
        [3, 4],
      ],
      prices: [9, 1, 9, 1],
      wanted: { needHours: 1.5 },
      picture: '..##..#.',
      reason: 'KEPT',
    },
    {
      what: 'half an hour more: only the end moves',
      old: [
        [0, 1],
        [2, 3],
      ],
      prices: [1, 9, 1, 1],
      wanted: { needHours: 2.5 },
      picture: '##..###.',
      reason: 'KEPT',
    },
    {
      what: 'so much less that the last block goes',
      old: [
        [0, 1],
        [2, 3],
      ],
      prices: [1, 9, 1, 9],
      wanted: { needHours: 0.5 },
      picture: '#.......',
      reason: 'KEPT',
    },
    {
      what: 'one per cent dearer',
      old: [[0, 1]],
      prices: [101, 100, 200, 200],
      wanted: { needHours: 1 },
      picture: '##......',
      reason: 'KEPT',
    },
    {
      what: 'three per cent dearer',
      old: [[0, 1]],
      prices: [103, 100, 200, 200],
      wanted: { needHours: 1 },
      picture: '..##....',
      reason: 'CHEAPER',
    },
    {
      what: 'three per cent less is earned',
      old: [[0, 1]],
      prices: [-100, -104, 0, 0],
      wanted: { needHours: 1 },
      picture: '..##....',
      reason: 'CHEAPER',
    },
    {
      what: 'the target would be missed',
      old: [[3, 4]],
      prices: [9, 1, 9, 1],
      wanted: { needHours: 2 },
      picture: '..##..##',
      reason: 'TARGET_MISSED',
    },
    {
      what: 'only the margin would save it',
      old: [[2.5, 3.5]],
      prices: [3, 3, 3, 1],
      wanted: { needHours: 1.5, marginMs: 30 * M },
      picture: '....###.',
      reason: 'MARGIN_USED',
    },
    {
      what: 'the reserve is not filled at once',
      old: [[3, 4]],
      prices: [9, 9, 9, 1],
      wanted: { needHours: 1, reserveHours: 0.5 },
      picture: 'R......#',
      reason: 'RESERVE_FIRST',
    },
    {
      what: 'a restriction has come',
      old: [[0, 1]],
      prices: [1, 2, 2, 2],
      wanted: { needHours: 1, restrictions: [{ startAtMs: 0, endAtMs: H }] },
      picture: '......##',
      reason: 'RESTRICTED',
    },
    {
      what: 'a run under way would stop too soon',
      old: [[2, 3]],
      prices: [9, 9, 1, 9],
      wanted: { needHours: 1, isCharging: true, stateSinceMs: -5 * M, minRunMs: H },
      picture: '##......',
      reason: 'RUN_TOO_SHORT',
    },
    {
      what: 'nothing of it is left',
      old: [[-2, -1]],
      prices: [9, 1, 9, 9],
      wanted: { needHours: 1 },
      picture: '..##....',
      reason: 'NOTHING_TO_KEEP',
    },
    {
      what: 'the end of the last block is readyBy: its start moves',
      old: [[2, 4]],
      prices: [1, 1, 1, 1],
      wanted: { needHours: 1.5, preconditionMs: 30 * M },
      picture: '.....###',
      reason: 'KEPT',
    },
    {
      what: 'less is needed: the last minutes before readyBy stay, the charge before them ends sooner',
      old: [
        [0, 2],
        [3.5, 4],
      ],
      prices: [1, 1, 3, 3],
      wanted: { needHours: 2, preconditionMs: 30 * M },
      picture: '###....#',
      reason: 'KEPT',
    },
    {
      what: 'more is needed: it ends later',
      old: [
        [0, 1],
        [3.5, 4],
      ],
      prices: [1, 1, 3, 3],
      wanted: { needHours: 2, preconditionMs: 30 * M },
      picture: '###....#',
      reason: 'KEPT',
    },
    {
      what: 'no more than the last minutes is needed',
      old: [
        [0, 1],
        [3, 4],
      ],
      prices: [1, 1, 3, 3],
      wanted: { needHours: 0.5, preconditionMs: H },
      picture: '.......#',
      reason: 'KEPT',
    },
    {
      what: 'the last minutes have become more',
      old: [
        [0, 1],
        [3.5, 4],
      ],
      prices: [1, 1, 3, 3],
      wanted: { needHours: 1.5, preconditionMs: H },
      picture: '#.....##',
      reason: 'KEPT',
    },
    {
      what: 'the last minutes are to be charged in, and were not',
      old: [[0, 2]],
      prices: [1, 1, 1, 3],
      wanted: { needHours: 2, preconditionMs: 30 * M },
      picture: '...###.#',
      reason: 'DEPARTURE_MISSED',
    },
    {
      what: 'a run under way until readyBy needs a little less',
      old: [[0, 4]],
      prices: [1, 1, 1, 1],
      wanted: { needHours: 3.95, preconditionMs: H, isCharging: true, minRunMs: 15 * M },
      picture: '########',
      reason: 'KEPT',
    },
    {
      what: 'a run under way until readyBy needs so much less that there is time for a pause',
      old: [[0, 4]],
      prices: [1, 2, 1, 1],
      wanted: { needHours: 3.5, preconditionMs: H, isCharging: true, minRunMs: 15 * M },
      picture: '###.####',
      reason: 'DEPARTURE_MISSED',
    },
  ])('$what', ({ old, prices, wanted, picture, reason }) => {
    const decision = decide(old, { slots: hourly(prices), ...wanted });
    expect(drawn(decision.plan, 4 * H, 30)).toBe(picture);
    expect(decision.reason).toBe(reason);
    expect(decision.kept).toBe(reason === 'KEPT');
  });
});

test('a gain of 0 takes whatever is strictly cheaper, and only that', () => {
  const dearer = { needHours: 1, slots: hourly([100.5, 100, 200, 200]) };
  expect(decide([[0, 1]], dearer).kept).toBe(true);
  expect(decide([[0, 1]], dearer, 0).reason).toBe('CHEAPER');
  expect(decide([[0, 1]], { needHours: 1, slots: hourly([1, 1, 1, 1]) }, 0).kept).toBe(true);
});

test('a kept plan is stated in full for the present', () => {
  const { plan: kept } = decide(
    [
      [0, 1],
      [2, 3],
    ],
    { needHours: 1.5, startCost: 0.25, slots: hourly([1, 9, 2, 9]) },
  );
  expect(kept).toMatchObject({ starts: 2, feasible: true, reachedAtMs: 2.5 * H });
  expect(kept.cost).toBeCloseTo(1 + 1 + 0.5, 9);
  expect(kept.lowerBound).toBeLessThanOrEqual(kept.cost);
  expect(kept.levelAtReadyByPercent).toBeCloseTo(15, 9);
});

test('noise of a per cent in the need moves no edge but the last', () => {
  const slots = hourly([5, 1, 4, 2, 6, 1.5, 3, 7]);
  const first = plan(problemWith({ needHours: 3.2, slots, startCost: 0.2, minRunMs: 15 * M }));
  for (const needHours of [3.17, 3.19, 3.21, 3.23]) {
    const problem = problemWith({ needHours, slots, startCost: 0.2, minRunMs: 15 * M });
    const { plan: kept } = keepOrReplace(first.blocks, problem, plan(problem), GAIN);
    expect(kept.blocks.slice(0, -1).map((block) => [block.startAtMs, block.endAtMs])).toEqual(
      first.blocks.slice(0, -1).map((block) => [block.startAtMs, block.endAtMs]),
    );
    expect(kept.blocks.at(-1)?.startAtMs).toBe(first.blocks.at(-1)?.startAtMs);
  }
});
