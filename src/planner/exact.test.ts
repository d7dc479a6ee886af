import { expect, test } from 'vitest';
import { plan } from './plan.ts';
import { type AnyCase, anyCase } from './testing/any-case.ts';
import { bruteForce, schedulesOf } from './testing/brute-force.ts';
import { runsOf } from './testing/check-case.ts';
import { checkCases } from './testing/check-cases.ts';
import { countsAs, type Runs } from './testing/counts-as.ts';
import { stepOracle, stepPrices } from './testing/step-oracle.ts';

const CASES = 2400;
const LEAST_OF_EACH = 100;

test(`plans are as good as the best of all schedules on ${CASES} seeded cases`, {
  timeout: 600_000,
}, async () => {
  const found = await checkCases(CASES, 1);
  console.log(`${found.cases} cases: ${JSON.stringify({ ...found.references, ...found.features })}`);
  expect(found.mismatches).toEqual([]);
  expect(found.references.solver).toBeGreaterThanOrEqual(400);
  expect(found.alsoOffGrid).toBeGreaterThanOrEqual(LEAST_OF_EACH);
  for (const [feature, count] of Object.entries(found.features)) {
    expect(count, feature).toBeGreaterThanOrEqual(LEAST_OF_EACH);
  }
});

test('the references agree with each other', () => {
  const shape = { stepMinutes: 15, stepsMin: 3, stepsMax: 11, isTapering: false };
  let compared = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const given = anyCase(seed, shape);
    const prices = stepPrices(given);
    if (given.mostMs > given.needMs || given.needMs > prices.length * given.stepMs) continue;
    const [tried, enumerated] = [bruteForce(given, prices), stepOracle(given)];
    expect(enumerated?.missedMs, `seed ${seed}`).toBe(tried?.missedMs);
    expect(enumerated?.restrictedMs, `seed ${seed}`).toBe(tried?.restrictedMs);
    if (tried !== null) {
      expect(enumerated?.cost, `seed ${seed}`).toBeCloseTo(tried.cost, 7);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(300);
});

test('where slots have no price, no schedule that takes as little there costs less than the bound', () => {
  const shape = { stepMinutes: 15, stepsMin: 3, stepsMax: 11, isTapering: false };
  let compared = 0;
  let tight = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const given = anyCase(seed, shape);
    const prices = stepPrices(given);
    const ours = runsOf(plan(given.problem));
    const takenMs = withoutPrice(given, ours);
    if (prices.every((_, t) => withoutPrice(given, [step(given, t)]) === 0)) continue;
    const { lowerBound, cost } = plan(given.problem);
    const stated = { ...given, problem: { ...given.problem, opportunisticPrice: null } };
    const known = prices.map((price, t) => (withoutPrice(given, [step(given, t)]) > 0 ? 0 : price));
    for (const runs of schedulesOf(given, prices.length)) {
      if (withoutPrice(given, runs) > takenMs) continue;
      compared++;
      expect(lowerBound, `seed ${seed}`).toBeLessThanOrEqual(countsAs(stated, known, runs).cost + 1e-9);
    }
    if (lowerBound > 0 && cost - lowerBound < 1e-9) tight++;
  }
  expect(compared).toBeGreaterThan(5000);
  expect(tight).toBeGreaterThan(30);
});

function step({ problem, stepMs }: AnyCase, t: number): readonly [number, number] {
  return [problem.nowMs + t * stepMs, problem.nowMs + (t + 1) * stepMs];
}

/** Time of charging, after the reserve, at times without a price. */
function withoutPrice({ problem, stepMs, reserveMs }: AnyCase, runs: Runs): number {
  let sum = 0;
  for (const [startMs, endMs] of runs) {
    for (let at = Math.max(startMs, problem.nowMs + reserveMs); at < endMs; at += stepMs) {
      const slot = problem.slots.find((each) => each.startAtMs <= at && at < each.endAtMs);
      if (slot === undefined || slot.price === null) sum += stepMs;
    }
  }
  return sum;
}
