import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../domain/units.ts';
import { curveFromPower } from '../planner/charge-curve.ts';
import { plan } from '../planner/plan.ts';
import type { PlanProblem } from '../planner/problem.ts';

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
  readonly problems: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** Times the median of a plain greedy (cheapest slots first, no starts, no runs) on the same problems. */
  readonly greedyRatio: number;
}

/** A problem is planned this often and its best time counts: what else the machine does is not measured. */
const ROUNDS = 3;

/** The planner's speed on a seeded mix of evenings, beside a plain greedy measured in the same run. */
export function runBenchPlanner(options: BenchPlannerOptions): readonly BenchPlannerRow[] {
  const count = options.problems ?? 400;
  const rows: BenchPlannerRow[] = [];
  for (const hours of [24, 72]) {
    const constant = problemsOf(hours, count, options.seed ?? 1, false);
    const taper = problemsOf(hours, count, (options.seed ?? 1) + 1, true);
    for (const problem of [...constant, ...taper].slice(0, 300)) plan(problem);
    for (const problem of constant) plan(problem);
    const constantMicros = constant.map((problem) => timed(() => plan(problem)));
    const taperMicros = taper.map((problem) => timed(() => plan(problem)));
    const both = [...constant, ...taper];
    for (const problem of both) greedy(problem);
    const greedyMicros = both.map((problem) => timed(() => greedy(problem)));
    rows.push(rowOf(hours, 'constant', constantMicros, greedyMicros));
    rows.push(rowOf(hours, 'taper', taperMicros, greedyMicros));
    rows.push(rowOf(hours, 'both', [...constantMicros, ...taperMicros], greedyMicros));
  }
  for (const row of rows) options.print(options.json ? JSON.stringify(row) : textOf(row));
  return rows;
}

function rowOf(
  hours: number,
  curve: BenchPlannerRow['curve'],
  micros: readonly number[],
  greedyMicros: readonly number[],
): BenchPlannerRow {
  const p50Micros = quantile(micros, 0.5);
  return {
    hours,
    curve,
    problems: micros.length,
    p50Micros: Math.round(p50Micros),
    p99Micros: Math.round(quantile(micros, 0.99)),
    greedyRatio: Number((p50Micros / quantile(greedyMicros, 0.5)).toFixed(1)),
  };
}

function textOf(row: BenchPlannerRow): string {
  const name = `planner ${row.hours} h, ${row.curve}`.padEnd(24);
  return `${name} p50 ${row.p50Micros} µs  p99 ${row.p99Micros} µs  ${row.greedyRatio} × greedy  (${row.problems})`;
}

/** Evenings at home: 15-minute prices, any minute of plug-in, the policy's defaults in most and a start cost in half. */
function problemsOf(hours: number, count: number, seed: number, isTapering: boolean): PlanProblem[] {
  const random = generator(seed * 7919 + hours);
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
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    run();
    bestMs = Math.min(bestMs, performance.now() - startedAt);
  }
  return bestMs * 1000;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
