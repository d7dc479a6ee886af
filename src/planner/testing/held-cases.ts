import type { SiteCar, SiteProblem } from '../site.ts';
import { seeded } from './cases.ts';
import type { SiteCase, SiteCaseCar, SiteShape } from './site-cases.ts';
import { siteCase, siteEvening } from './site-cases.ts';

/** The least power of a car as a share of its most: 6 A of 32 A, of 16 A, and cars that have little to choose. */
const LEAST_SHARES = [0.19, 0.375, 0.375, 0.55];

/** A seeded site of which some or all cars can be held to a power, with needs of any energy and a tighter limit. */
export function heldCase(seed: number, shape: SiteShape): SiteCase {
  const random = seeded(seed * 13 + 5);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const given = siteCase(seed, shape);
  const isAll = random() < 0.4;
  const always = Math.floor(random() * given.cars.length);
  const cars: SiteCaseCar[] = [];
  const problems: SiteCar[] = [];
  let leastLimitKw = 0;
  let forcedKw = 0;
  for (const [i, car] of given.cars.entries()) {
    const site = given.problem.cars[i];
    if (site === undefined) continue;
    const isHeld = isAll || i === always || random() < 0.5;
    const leastKw = Number((car.powerKw * pick(LEAST_SHARES)).toFixed(2));
    const whole = car.needSteps + (random() < 0.6 ? 0 : Number((random() - 0.5).toFixed(3)));
    const needSteps = isHeld ? Math.min(car.steps, Math.max(1, car.reserveSteps, whole)) : car.needSteps;
    const { problem } = site;
    const perStep = (problem.targetPercent - problem.levelPercent) / car.needSteps;
    const forced = car.reserveSteps > 0 || !isHeld ? car.powerKw : leastKw;
    if (problem.isCharging || car.reserveSteps > 0) forcedKw += forced;
    leastLimitKw = Math.max(leastLimitKw, isHeld ? leastKw : car.powerKw);
    cars.push({ ...car, needSteps, ...(isHeld ? { leastKw } : {}) });
    problems.push({
      ...site,
      ...(isHeld ? { leastPowerKw: leastKw } : {}),
      problem: { ...problem, targetPercent: problem.levelPercent + needSteps * perStep },
    });
  }
  const limitKw = Number(
    Math.max(leastLimitKw, forcedKw, given.problem.limitKw * (0.5 + 0.5 * random())).toFixed(1),
  );
  return { ...given, cars, problem: { ...given.problem, cars: problems, limitKw: limitKw + 0.1 } };
}

/** An evening as it comes, of which about two in three cars can be held to a power. */
export function heldEvening(seed: number, count: number, hours: number): SiteProblem {
  const random = seeded(seed * 17 + 9);
  const evening = siteEvening(seed, count, hours);
  const cars = evening.cars.map((car): SiteCar => {
    const mostKw = car.problem.curve[0]?.powerKw ?? 0;
    return random() < 0.65 ? { ...car, leastPowerKw: Number((mostKw * 0.375).toFixed(2)) } : car;
  });
  return { ...evening, cars };
}
