import { describe, expect, test } from 'vitest';
import { plan } from './plan.ts';
import { planSite } from './site.ts';
import { heldCase } from './testing/held-cases.ts';
import type { SiteShape } from './testing/site-cases.ts';
import { siteCase } from './testing/site-cases.ts';
import { checkSite, isBinding } from './testing/site-check.ts';
import { solverOf } from './testing/site-solver.ts';

/** Small enough for the solver to prove each in well under a second; `npm run sites` has the large ones. */
const SHAPES: readonly SiteShape[] = [
  { stepMinutes: 30, hours: 10, slotMinutes: [30, 60], minRunMinutes: [0, 30, 60], cars: [2, 3, 4] },
  { stepMinutes: 15, hours: 5, slotMinutes: [15, 60], minRunMinutes: [0, 15, 30], cars: [2, 3] },
  { stepMinutes: 60, hours: 24, slotMinutes: [60], minRunMinutes: [0, 60], cars: [3, 4, 5] },
  { stepMinutes: 5, hours: 2, slotMinutes: [15], minRunMinutes: [0, 10, 15], cars: [2, 3] },
];
const CASES = 40;
const HELD_CASES = 20;

describe('a joint plan beside a mixed-integer solver', () => {
  test(`${CASES} small sites`, async () => {
    const solve = await solverOf(20);
    let binding = 0;
    let late = 0;
    let sum = 0;
    for (let n = 0; n < CASES; n++) {
      const given = siteCase(n, SHAPES[n % SHAPES.length] ?? (SHAPES[0] as SiteShape));
      const verdict = checkSite(given, planSite(given.problem), solve);
      expect(verdict.faults, `case ${n}`).toEqual([]);
      expect(verdict.kind === 'COMPARED' || verdict.kind === 'SOME_LATE', `case ${n}`).toBe(true);
      expect(verdict.excess ?? 0, `case ${n}`).toBeLessThan(0.05);
      if (verdict.kind === 'SOME_LATE') late++;
      const alone = given.problem.cars.map((car) => plan(car.problem));
      if (isBinding(given, alone)) binding++;
      sum += Math.max(0, verdict.excess ?? 0);
    }
    expect(sum / CASES).toBeLessThan(0.002);
    expect(binding).toBeGreaterThan(CASES / 2);
    expect(late).toBeGreaterThan(3);
  });

  test(`${HELD_CASES} small sites of which some or all cars can be held to a power`, async () => {
    const solve = await solverOf(20);
    let late = 0;
    let held = 0;
    let sum = 0;
    for (let n = 0; n < HELD_CASES; n++) {
      const given = heldCase(n, SHAPES[n % SHAPES.length] ?? (SHAPES[0] as SiteShape));
      const made = planSite(given.problem);
      const verdict = checkSite(given, made, solve);
      expect(verdict.faults, `case ${n}`).toEqual([]);
      expect(verdict.kind === 'COMPARED' || verdict.kind === 'SOME_LATE', `case ${n}`).toBe(true);
      expect(verdict.excess ?? 0, `case ${n}`).toBeLessThan(0.05);
      if (verdict.kind === 'SOME_LATE') late++;
      if ([...made.plans.values()].some(({ blocks }) => blocks.some((each) => each.powerKw !== undefined)))
        held++;
      sum += Math.max(0, verdict.excess ?? 0);
    }
    expect(sum / HELD_CASES).toBeLessThan(0.01);
    expect(held).toBeGreaterThan(HELD_CASES / 2);
    expect(late).toBeGreaterThan(1);
  });
});
