import { powerRangeKw } from '../charge-curve.ts';
import { endPercent } from '../need.ts';
import { deadlineMs } from '../plan.ts';
import type { SiteCar, SiteProblem } from '../site.ts';
import type { PricedCar } from './bound.ts';
import { priceBound } from './bound.ts';
import type { PlacedCar } from './car-cells.ts';
import { carOnCells } from './car-cells.ts';
import type { Cells } from './cells.ts';
import { cellFrom, cellsUntil } from './cells.ts';
import { FEW } from './groups.ts';
import type { HeldCar } from './held-cells.ts';
import { heldOnCells } from './held-cells.ts';
import { keptTogether } from './held-deadlines.ts';
import type { HeldPlan, HeldTask, Member, Placed } from './held-joint.ts';
import { freeRoom, heldMember, insertedHeld, switchedMember } from './held-joint.ts';
import { heldLoad } from './held-load.ts';
import { polishedHeld } from './held-polish.ts';
import { roundedPath } from './held-round.ts';
import type { HeldRun } from './held-run.ts';
import { chargedBy } from './held-run.ts';
import { heldRunsOf } from './held-runs.ts';
import { heldJoint } from './held-search.ts';
import type { Settled, SettledHeld } from './held-settle.ts';
import { settledTogether } from './held-settle.ts';
import { hurried } from './hurried.ts';
import type { Load } from './load.ts';
import { fitsLimit, loadOf, sumOf } from './load.ts';
import { runsOfPath } from './path-runs.ts';
import { roomUnder } from './room.ts';
import type { Solved, SolveRules } from './solve.ts';
import { cellsFor } from './solve.ts';

const FINENESS = 5;
/** How near to the best joint plan is near enough: a share of what the energy costs [ours]. */
const TOLERANCE_RATIO = 0.002;

/**
 * The joint plan where some cars can be held to a power, by the steps of solve.ts: what is settled first; which
 * deadlines can be kept together; the late as soon as these leave power; the cheapest way to do so.
 */
export function solveHeld(
  problem: SiteProblem,
  order: readonly SiteCar[],
  { isFine, atOnce }: SolveRules,
): Solved {
  const { limitKw } = problem;
  const { switched, held } = settledTogether(problem, order, atOnce);
  const cells = cellsFor(
    problem,
    [
      ...switched,
      ...held.map((each) => ({
        ...each,
        settled: each.reserve[0] ?? null,
        heldMs: longestMs(each, limitKw),
      })),
    ],
    isFine,
  );
  const { placedSwitched, grownHeld } = grownSettled({ switched, held }, cells, limitKw);
  const room = roomUnder(settledLoads(placedSwitched, grownHeld), cells, limitKw);
  const hours = Float64Array.from(
    { length: cells.count },
    (_, t) => ((cells.edgesMs[t + 1] ?? 0) - (cells.edgesMs[t] ?? 0)) / 3_600_000,
  );
  const members: Member[] = [];
  const alone = (car: HeldCar) =>
    insertedHeld({ members: [heldMember(car)], cells: cells.count, hours, roomKw: room }, [0]) !== null;
  for (const { id } of order) {
    const cellCar = placedSwitched.find((each) => each.id === id)?.cellCar;
    if (cellCar != null) members.push(switchedMember(cellCar));
    const given = grownHeld.find((each) => each.car.id === id);
    const heldCar = given === undefined ? null : heldOnCells(given, cells);
    if (given === undefined || heldCar === null) continue;
    // What the limit leaves may be too near to the least for units of the usual size.
    const isCoarse = !alone({ ...heldCar, end: cells.count, isLoose: true });
    const own = isCoarse ? (heldOnCells(given, cells, FINENESS) ?? heldCar) : heldCar;
    members.push(heldMember(asStrictAsCanBe(own, cells.count, alone)));
  }
  const task: HeldTask = { members, cells: cells.count, hours, roomKw: room };
  const isQuick = members.length > FEW;
  const tolerance = TOLERANCE_RATIO * scaleOf(members);
  const timely = members.filter((member) => insertedHeld({ ...task, members: [member] }, [0]) !== null);
  const marginEndOf = (id: string) => {
    const car = order.find((each) => each.id === id);
    return car === undefined ? cells.count : cellsUntil(cells, deadlineMs(car.problem));
  };
  const kept = keptTogether(task, timely, marginEndOf, isQuick);
  const placed = new Map<string, Placed>(kept.late);
  const rest: HeldTask = { ...task, members: kept.members, roomKw: kept.roomKw };
  const solved = heldJoint(
    rest,
    { tolerance, wanted: null, hopeless: Number.POSITIVE_INFINITY, isQuick },
    kept.plan,
  );
  const plan: HeldPlan | null = solved.plan ?? kept.plan;
  for (const [i, { car }] of kept.members.entries()) {
    const each = plan?.placed[i];
    if (each !== undefined) placed.set(car.id, each);
  }
  const runs = new Map<string, readonly HeldRun[]>();
  for (const each of placedSwitched) {
    const own = placed.get(each.id);
    runs.set(each.id, runsOfPath(each, own?.kind === 'switched' ? own.path : null, cells));
  }
  const left = freeRoom(
    task,
    members.map(({ car }) => placed.get(car.id)),
  );
  for (const given of grownHeld) {
    const own = placed.get(given.car.id);
    const member = members.find(({ car }) => car.id === given.car.id);
    if (own?.kind !== 'held' || member?.kind !== 'held') {
      runs.set(given.car.id, heldRunsOf(given, null, cells));
      continue;
    }
    const roomKw = left.map((kw, t) => kw + (own.kw[t] ?? 0));
    const car = kept.late.has(given.car.id) ? { ...member.car, end: cells.count } : member.car;
    const rounded = roundedPath(car, own.path, roomKw, cells);
    for (let t = 0; t < cells.count; t++) left[t] = (roomKw[t] ?? 0) - (rounded.path.kw[t] ?? 0);
    runs.set(given.car.id, heldRunsOf(given, rounded, cells));
  }
  const isWhole = kept.members.length === members.length;
  const onTime = new Set(kept.members.map(({ car }) => car.id));
  return {
    runs: hurried(problem, order, onTime, polishedHeld(order, onTime, runs, limitKw)),
    lowerBound:
      isWhole && atOnce.size === 0 ? boundOf(rest, solved.prices, placedSwitched, grownHeld, cells) : null,
    isExact: cells.isExact,
  };
}

/** A car whose runs are long enough, and its cells charged in as a whole, unless that would keep it from its end. */
function asStrictAsCanBe(car: HeldCar, cells: number, canBeAlone: (car: HeldCar) => boolean): HeldCar {
  const loose = { ...car, isLoose: true };
  if (canBeAlone(car)) return car;
  return canBeAlone(loose) || !canBeAlone({ ...car, end: cells }) ? loose : car;
}

/** How long a car may take at the least that it can be held to, or at the limit. */
function longestMs({ car, need, totalMs, leastKw }: SettledHeld, limitKw: number): number {
  const { maxKw } = powerRangeKw(need.course, endPercent(need, totalMs));
  return Math.ceil((totalMs * maxKw) / Math.max(leastKw, Math.min(maxKw, limitKw))) + car.problem.minRunMs;
}

/** Cars on cells with what is settled grown to the next cell edge, where there is power for it. */
function grownSettled(
  { switched, held }: Settled,
  cells: Cells,
  limitKw: number,
): { readonly placedSwitched: readonly PlacedCar[]; readonly grownHeld: readonly SettledHeld[] } {
  const loads = new Map<string, Load>();
  for (const { car, need, settled } of switched)
    loads.set(car.id, loadOf(need.course, settled === null ? [] : [settled]));
  for (const each of held) loads.set(each.car.id, heldLoad(each.need.course, settledRuns(each)));
  const mayHave = (id: string, load: Load) =>
    fitsLimit(sumOf([load, ...[...loads].flatMap(([other, own]) => (other === id ? [] : [own]))]), limitKw);
  const placedSwitched = switched.map((given) => {
    const placed = carOnCells(given, cells, ({ car, need, settled }, untilMs) =>
      settled === null ? true : mayHave(car.id, loadOf(need.course, [{ ...settled, endAtMs: untilMs }])),
    );
    loads.set(placed.id, loadOf(given.need.course, placed.settled === null ? [] : [placed.settled]));
    return placed;
  });
  const grownHeld = held.map((given) => {
    const last = given.reserve.at(-1);
    const edgeMs = cells.edgesMs[cellFrom(cells, given.openAtMs)] ?? given.openAtMs;
    if (last === undefined || edgeMs === last.endAtMs) return given;
    const grown = given.reserve.with(-1, { ...last, endAtMs: edgeMs });
    const { course } = given.need;
    const reservedMs = chargedBy(course, grown);
    const load = heldLoad(course, grown);
    if (reservedMs >= given.totalMs || !mayHave(given.car.id, load)) return given;
    loads.set(given.car.id, load);
    return { ...given, reserve: grown, reservedMs, openAtMs: edgeMs };
  });
  return { placedSwitched, grownHeld };
}

function settledRuns({ reserve, owedMs, openAtMs, leastKw }: SettledHeld): readonly HeldRun[] {
  if (owedMs === 0) return reserve;
  return [...reserve, { startAtMs: openAtMs, endAtMs: openAtMs + owedMs, powerKw: leastKw }];
}

/** Loads that nobody can change; what a held car owes is kept for it by the joint plan (`owedKw`). */
function settledLoads(switched: readonly PlacedCar[], held: readonly SettledHeld[]): Load[] {
  return [
    ...switched.flatMap(({ given, settled }) =>
      settled === null ? [] : [loadOf(given.need.course, [settled])],
    ),
    ...held.map(({ need, reserve }) => heldLoad(need.course, reserve)),
  ];
}

/** What the energy of the cars would cost at the mean size of their prices. */
function scaleOf(members: readonly Member[]): number {
  let scale = 0;
  for (const { kind, car } of members) {
    let sum = 0;
    for (let t = car.from; t < car.end; t++) sum += Math.abs(car.rate[t] ?? 0);
    const kwh = kind === 'held' ? car.needKwh : car.kwh.reduce((a, b) => a + b, 0);
    scale += (sum / Math.max(1, car.end - car.from)) * kwh;
  }
  return Math.max(scale, 1e-6);
}

/** The bound that prices of power prove (bound.ts); null where a car has to wait for its reserve or gets less for it. */
function boundOf(
  { hours, roomKw }: HeldTask,
  prices: Float64Array,
  switched: readonly PlacedCar[],
  held: readonly SettledHeld[],
  cells: Cells,
): number | null {
  const refund = new Float64Array(cells.count + 1);
  for (let t = cells.count - 1; t >= 0; t--) {
    const kwh = Math.max(0, roomKw[t] ?? 0) * (hours[t] ?? 0);
    refund[t] = (refund[t + 1] ?? 0) + (prices[t] ?? 0) * kwh;
  }
  const perKw = prices.map((price, t) => price * (hours[t] ?? 0));
  const cars: PricedCar[] = [];
  for (const { given } of switched) {
    const { car, need, totalMs, settled } = given;
    const { maxKw, minKw } = powerRangeKw(need.course, endPercent(need, totalMs));
    const surcharge = maxKw === minKw ? perKw.map((each) => each * maxKw) : perKw;
    if (settled !== null && settled.startAtMs > car.problem.nowMs) return null;
    if (totalMs < need.wholeMs) return null;
    cars.push({ given, surcharge });
  }
  for (const { reserve, ...given } of held) {
    const [first] = reserve;
    const { nowMs } = given.car.problem;
    const isAtOnce = first === undefined || (first.startAtMs === nowMs && first.powerKw === undefined);
    if (!isAtOnce || reserve.length > 1 || given.totalMs < given.need.wholeMs) return null;
    cars.push({ given: { ...given, settled: first ?? null }, surcharge: perKw, isHeld: true });
  }
  return priceBound(cars, { refund }, cells);
}
