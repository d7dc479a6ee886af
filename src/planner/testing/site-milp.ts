import type { SiteCase, SiteCaseCar } from './site-cases.ts';

/**
 * The cars of a site case (those named; of the others only what is settled) as one mixed-integer programme in CPLEX LP text: per car and step a binary
 * (on), starts and stops from their differences, least runs and pauses; per step the limit. A car that can be held to a
 * power has its power in each step too: none where it is off, else between its least and its most. `isOnlyFeasible` asks
 * for any solution. Written apart from the planner; nothing is shared but the statement of the problem.
 */
export function siteMilp(given: SiteCase, ids: ReadonlySet<string>, isOnlyFeasible: boolean): string {
  const { problem, stepMs } = given;
  const goal: string[] = [];
  const rows: string[] = [];
  const bounds: string[] = [];
  const binaries: string[] = [];
  const loads: string[][] = [];
  const taken: number[] = [];
  const weight = restrictedWeight(given);
  for (const [i, car] of given.cars.entries()) {
    const own = problem.cars[i]?.problem;
    if (own === undefined) continue;
    const { steps, needSteps, powerKw, leastKw, reserveSteps } = car;
    const { prices, isRestricted } = stepsOf(given, i);
    const minRun = Math.ceil(Math.min(own.minRunMs, needSteps * stepMs, steps * stepMs) / stepMs);
    const minPause = Math.ceil(own.minRunMs / stepMs);
    const settled = settledSteps(given, i, minRun);
    if (!ids.has(car.id)) {
      for (let t = 0; t < settled; t++)
        taken[t] = (taken[t] ?? 0) + (t < reserveSteps ? powerKw : (leastKw ?? powerKw));
      continue;
    }
    const name = (kind: string, t: number) => `${kind}${i}_${t}`;
    const need: string[] = [];
    for (let t = 0; t < steps; t++) {
      const hours = stepMs / 3_600_000;
      const price = prices[t] ?? 0;
      const cost = (leastKw === undefined ? price * hours * powerKw : 0) + (isRestricted[t] ? weight : 0);
      if (!isOnlyFeasible) goal.push(term(cost, name('o', t)), term(own.startCost, name('a', t)));
      loads[t] ??= [];
      if (leastKw === undefined) {
        need.push(`+ ${name('o', t)}`);
        loads[t]?.push(term(powerKw, name('o', t)));
      } else {
        if (!isOnlyFeasible) goal.push(term(price * hours, name('x', t)));
        need.push(term(1 / powerKw, name('x', t)));
        loads[t]?.push(`+ ${name('x', t)}`);
        const lowestKw = t < reserveSteps ? powerKw : leastKw;
        rows.push(` most${i}_${t}: ${name('x', t)} - ${powerKw} ${name('o', t)} <= 0`);
        rows.push(` least${i}_${t}: ${name('x', t)} - ${lowestKw} ${name('o', t)} >= 0`);
        bounds.push(` 0 <= ${name('x', t)} <= ${powerKw}`);
      }
      const before = t === 0 ? '' : ` + ${name('o', t - 1)}`;
      const wasOn = own.isCharging ? 1 : 0;
      rows.push(
        ` turn${i}_${t}: ${name('a', t)} - ${name('b', t)} - ${name('o', t)}${before} = ${t === 0 ? -wasOn : 0}`,
      );
      rows.push(` up${i}_${t}: ${recent((s) => name('a', s), t, minRun)} - ${name('o', t)} <= 0`);
      rows.push(` down${i}_${t}: ${recent((s) => name('b', s), t, minPause)} + ${name('o', t)} <= 1`);
      bounds.push(t < settled ? ` ${name('o', t)} = 1` : ` 0 <= ${name('o', t)} <= 1`);
      bounds.push(t > steps - minRun ? ` ${name('a', t)} = 0` : ` 0 <= ${name('a', t)} <= 1`);
      bounds.push(` 0 <= ${name('b', t)} <= 1`);
      binaries.push(name('o', t));
    }
    rows.push(` need${i}: ${need.join('\n  ')} = ${needSteps}`);
  }
  for (const [t, terms] of loads.entries())
    rows.push(` fuse${t}: ${terms.join(' ')} <= ${problem.limitKw - (taken[t] ?? 0)}`);
  return [
    'Minimize',
    ` obj: ${goal.length === 0 ? `0 ${binaries[0] ?? 'x'}` : goal.join('\n  ')}`,
    'Subject To',
    ...rows,
    'Bounds',
    ...bounds,
    'Binary',
    ` ${binaries.join('\n ')}`,
    'End',
  ].join('\n');
}

/** Price and restriction of each step of a car. */
export function stepsOf(
  { problem, stepMs, cars }: SiteCase,
  index: number,
): { readonly prices: readonly number[]; readonly isRestricted: readonly boolean[] } {
  const own = problem.cars[index]?.problem;
  const car = cars[index];
  const indices = Array.from({ length: car?.steps ?? 0 }, (_, t) => t);
  const at = (t: number) => problem.nowMs + t * stepMs;
  return {
    prices: indices.map(
      (t) => own?.slots.find((slot) => slot.startAtMs <= at(t) && slot.endAtMs > at(t))?.price ?? 0,
    ),
    isRestricted: indices.map(
      (t) =>
        t >= (car?.reserveSteps ?? 0) &&
        (own?.restrictions.some((each) => each.startAtMs <= at(t) && each.endAtMs > at(t)) ?? false),
    ),
  };
}

/** More than all costs together: no saving is worth a step in a restriction. */
export function restrictedWeight(given: SiteCase): number {
  let most = 0;
  for (const [i, car] of given.cars.entries()) {
    const startCost = given.problem.cars[i]?.problem.startCost ?? 0;
    for (const price of stepsOf(given, i).prices) {
      most += (Math.abs(price) * car.powerKw * given.stepMs) / 3_600_000 + startCost;
    }
  }
  return Math.ceil(most + 1);
}

/** Steps from now in which a car charges in any case: its reserve, and what the run under way still owes. */
export function settledSteps({ problem, stepMs, cars }: SiteCase, index: number, minRun: number): number {
  const own = problem.cars[index]?.problem;
  const reserve = cars[index]?.reserveSteps ?? 0;
  if (own === undefined) return reserve;
  const { isCharging, startedByItself, stateSinceMs, nowMs } = own;
  if (!isCharging || startedByItself) return reserve === 0 ? 0 : Math.max(reserve, isCharging ? 0 : minRun);
  const owesMs = stateSinceMs === null ? 0 : Math.max(0, minRun * stepMs - (nowMs - stateSinceMs));
  return Math.round(Math.max(reserve * stepMs, owesMs) / stepMs);
}

/** The rule's order: earliest deadline, lowest level, where a car that charges counts as ten points lower; then id. */
export function ruleOrder({ problem, cars }: SiteCase): readonly SiteCaseCar[] {
  const levelOf = (car: SiteCaseCar) => {
    const own = problem.cars.find((each) => each.id === car.id)?.problem;
    return (own?.levelPercent ?? 0) - (own?.isCharging ? 10 : 0);
  };
  return [...cars].sort((a, b) => a.steps - b.steps || levelOf(a) - levelOf(b) || (a.id < b.id ? -1 : 1));
}

function recent(name: (t: number) => string, t: number, count: number): string {
  const terms: string[] = [];
  for (let s = Math.max(0, t - Math.max(1, count) + 1); s <= t; s++) terms.push(name(s));
  return terms.join(' + ');
}

function term(factor: number, name: string): string {
  return `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`;
}
