import { expect, test } from 'vitest';
import { anyCase } from './testing/any-case.ts';
import { bruteForce } from './testing/brute-force.ts';
import { checkCases } from './testing/check-cases.ts';
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
