import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { curveFromPower } from '../planner/charge-curve.ts';
import { plan } from '../planner/plan.ts';
import type { PlanProblem } from '../planner/problem.ts';
import { randomFor } from '../sim/random.ts';
import { loadSolver, slotModel } from './slot-model.ts';

export interface BenchPlannerOptions {
  /** Problems per horizon; 400 unless told. */
  readonly problems?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly print: (line: string) => void;
}

export interface BenchPlannerRow {
  readonly hours: number;
  readonly curve: 'constant' | 'taper' | 'both';
  /**
   * Minimum runs that divide the quarter hour or are whole ones (or none), or those that are neither, all with start costs;
   * and of these the ones of whole five minutes, and the others, which need cells of a minute.
   */
  readonly minRuns: 'usual' | 'odd' | 'of 5 min' | 'of 1 min';
  readonly problems: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** Times the median of a plain greedy (cheapest slots first, no starts, no runs) on the same problems. */
  readonly greedyRatio: number;
  /** The solver's median as a multiple of ours, on some of the problems; null with taper, and where it is not there. */
  readonly solverRatio: number | null;
}

/** A problem is planned this often and its best time counts: what else the machine does is not measured. */
const ROUNDS = 3;

const ODD_MIN_RUN_MINUTES = [7, 10, 20, 23, 25];

/** A solver takes a hundred times as long: so many problems are enough of it. */
const SOLVED_COUNT = 30;

/** The planner's speed on a seeded mix of evenings, beside a plain greedy and a solver measured in the same run. */
export async function runBenchPlanner(options: BenchPlannerOptions): Promise<readonly BenchPlannerRow[]> {
  const count = options.problems ?? 400;
  const rows: BenchPlannerRow[] = [];
  const solver = await loadSolver();
  if (solver === null) options.print('the package "highs" is not installed: no comparison with a solver');
  for (const hours of [24, 72]) {
    const constant = problemsOf(hours, count, options.seed ?? 1, false);
    const taper = problemsOf(hours, count, (options.seed ?? 1) + 1, true);
    for (const problem of [...constant.slice(0, 150), ...taper.slice(0, 150)]) plan(problem);
    for (const problem of constant) plan(problem);
    const constantMicros = constant.map((problem) => timed(() => plan(problem)));
    const taperMicros = taper.map((problem) => timed(() => plan(problem)));
    const both = [...constant, ...taper];
    for (const problem of both) greedy(problem);
    const greedyMicros = both.map((problem) => timed(() => greedy(problem)));
    const some = constant.slice(0, SOLVED_COUNT);
    const solverRatio =
      solver === null
        ? null
        : quantile(
            some.map((problem) => elapsedMicros(() => solver(slotModel(problem)))),
            0.5,
          ) / quantile(constantMicros.slice(0, some.length), 0.5);
    rows.push(
      rowOf({ hours, curve: 'constant', minRuns: 'usual' }, constantMicros, greedyMicros, solverRatio),
    );
    rows.push(rowOf({ hours, curve: 'taper', minRuns: 'usual' }, taperMicros, greedyMicros));
    const bothMicros = [...constantMicros, ...taperMicros];
    rows.push(rowOf({ hours, curve: 'both', minRuns: 'usual' }, bothMicros, greedyMicros));
    for (const curve of ['constant', 'taper'] as const) {
      const odd = problemsOf(hours, count, (options.seed ?? 1) + 2, curve === 'taper').map(withOddMinRun);
      for (const problem of odd.slice(0, 100)) plan(problem);
      const micros = odd.map((problem) => timed(() => plan(problem)));
      const isOfFive = (i: number) => oddMinRunMinutes(i) % 5 === 0;
      const ofFive = micros.filter((_, i) => isOfFive(i));
      const ofOne = micros.filter((_, i) => !isOfFive(i));
      rows.push(rowOf({ hours, curve, minRuns: 'odd' }, micros, greedyMicros));
      rows.push(rowOf({ hours, curve, minRuns: 'of 5 min' }, ofFive, greedyMicros));
      rows.push(rowOf({ hours, curve, minRuns: 'of 1 min' }, ofOne, greedyMicros));
    }
  }
  for (const row of rows) options.print(options.json ? JSON.stringify(row) : textOf(row));
  return rows;
}

function rowOf(
  what: Pick<BenchPlannerRow, 'hours' | 'curve' | 'minRuns'>,
  micros: readonly number[],
  greedyMicros: readonly number[],
  solverRatio: number | null = null,
): BenchPlannerRow {
  const p50Micros = quantile(micros, 0.5);
  return {
    ...what,
    problems: micros.length,
    p50Micros: Math.round(p50Micros),
    p99Micros: Math.round(quantile(micros, 0.99)),
    greedyRatio: Number((p50Micros / quantile(greedyMicros, 0.5)).toFixed(1)),
    solverRatio: solverRatio === null ? null : Math.round(solverRatio),
  };
}

const RUNS_TEXT: Record<BenchPlannerRow['minRuns'], string> = {
  usual: '',
  odd: ', odd minimum runs',
  'of 5 min': ', minimum runs 10, 20, 25 min',
  'of 1 min': ', minimum runs 7, 23 min',
};

function textOf(row: BenchPlannerRow): string {
  const name = `planner ${row.hours} h, ${row.curve}${RUNS_TEXT[row.minRuns]}`.padEnd(53);
  const solver = row.solverRatio === null ? '' : `  solver ${row.solverRatio} × ours`;
  return `${name} p50 ${row.p50Micros} µs  p99 ${row.p99Micros} µs  ${row.greedyRatio} × greedy${solver}  (${row.problems})`;
}

/** Evenings at home: 15-minute prices, any minute of plug-in, the policy's defaults in most and a start cost in half. */
function problemsOf(hours: number, count: number, seed: number, isTapering: boolean): PlanProblem[] {
  const random = randomFor('bench', seed, hours);
  const origin = Date.UTC(2026, 0, 10, 12);
  return Array.from({ length: count }, () => {
    const nowMs = origin + Math.floor(random() * 6 * 60) * MINUTE_MS + Math.floor(random() * 60_000);
    const readyByMs = Math.floor((nowMs + hours * HOUR_MS) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
    const slots: PlanProblem['slots'][number][] = [];
    for (let at = origin; at < readyByMs; at += QUARTER_HOUR_MS) {
      const hour = (at / HOUR_MS) % 24;
      const price = 0.2 + 0.1 * Math.sin(((hour - 2) / 24) * 4 * Math.PI) + 0.05 * random();
      slots.push({ startAtMs: at, endAtMs: at + QUARTER_HOUR_MS, price, provenance: 'known' });
    }
    const powerKw = [3.6, 7.2, 11][Math.floor(random() * 3)] ?? 7.2;
    const levelPercent = 10 + 50 * random();
    return {
      nowMs,
      readyByMs,
      marginMs: ([0, 15, 30, 42][Math.floor(random() * 4)] ?? 0) * MINUTE_MS,
      levelPercent,
      reservePercent: random() < 0.3 ? 20 : 0,
      targetPercent: isTapering ? 90 : 80,
      chargeLimitPercent: 100,
      capacityWh: 40_000 + 40_000 * random(),
      efficiency: 0.9,
      curve: isTapering ? curveFromPower(powerKw) : [{ levelPercent: 0, powerKw }],
      isCharging: random() < 0.3,
      stateSinceMs: null,
      startedByItself: false,
      slots,
      startCost: random() < 0.5 ? 0 : 0.2 * random(),
      minRunMs: random() < 0.8 ? 15 * MINUTE_MS : 0,
      opportunisticPrice: null,
      preconditionMs: 0,
      restrictions: [],
      prefer: 'late',
    } satisfies PlanProblem;
  });
}

function oddMinRunMinutes(i: number): number {
  return ODD_MIN_RUN_MINUTES[i % ODD_MIN_RUN_MINUTES.length] ?? 7;
}

function withOddMinRun(problem: PlanProblem, i: number): PlanProblem {
  return { ...problem, minRunMs: oddMinRunMinutes(i) * MINUTE_MS, startCost: 0.005 + problem.startCost };
}

/** The baseline: the cheapest slots until the energy is there. */
function greedy(problem: PlanProblem): number {
  const { nowMs, readyByMs, slots, curve, capacityWh, levelPercent, targetPercent, efficiency } = problem;
  const powerKw = curve[0]?.powerKw ?? 1;
  let needMs =
    ((((targetPercent - levelPercent) / 100) * capacityWh) / efficiency / (powerKw * 1000)) * HOUR_MS;
  let cost = 0;
  for (const slot of [...slots].sort((a, b) => (a.price ?? 0) - (b.price ?? 0))) {
    const lengthMs = Math.min(slot.endAtMs, readyByMs ?? 0) - Math.max(slot.startAtMs, nowMs);
    if (lengthMs <= 0) continue;
    const takenMs = Math.min(lengthMs, needMs);
    cost += ((slot.price ?? 0) * powerKw * takenMs) / HOUR_MS;
    needMs -= takenMs;
    if (needMs <= 0) break;
  }
  return cost;
}

function timed(run: () => unknown): number {
  let bestMicros = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) bestMicros = Math.min(bestMicros, elapsedMicros(run));
  return bestMicros;
}

function elapsedMicros(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return (performance.now() - startedAt) * 1000;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
