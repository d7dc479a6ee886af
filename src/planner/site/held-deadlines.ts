import { recountedPath } from './car-table.ts';
import { asCounted } from './cell-car.ts';
import type { HeldCar } from './held-cells.ts';
import type { FlowCar } from './held-flow.ts';
import { cheapestPowers } from './held-flow.ts';
import type { HeldPlan, HeldTask, Member, Placed } from './held-joint.ts';
import { heldMember, insertedHeld, owedKw, planOf, switchedMember } from './held-joint.ts';
import { pathOf } from './held-path.ts';
import { heldJoint } from './held-search.ts';
import { longest } from './held-seeds.ts';

/** Cars whose deadlines are kept together, a plan that does so, and the paths of those that are late. */
export interface KeptTogether {
  readonly members: readonly Member[];
  readonly plan: HeldPlan | null;
  readonly late: ReadonlyMap<string, Placed>;
  /** What the late leave. */
  readonly roomKw: Float64Array;
}

/** Energy charged after the end that is none. */
const NOTHING = 1e-5;

/**
 * All deadlines where a joint plan is found that keeps all; else car by car in the rule's order, each whose deadline can
 * be kept beside those before it. The late then, one by one, as little after the end as can be and as soon as can be, but
 * not in the margins of the others, as far as these can be kept.
 * @param marginEndOf the cell before which a car is done with its margin.
 */
export function keptTogether(
  task: HeldTask,
  timely: readonly Member[],
  marginEndOf: (id: string) => number,
  isQuick: boolean,
): KeptTogether {
  let kept: { readonly members: readonly Member[]; readonly plan: HeldPlan | null } | null = onTime(
    task,
    timely,
    isQuick,
  );
  if (kept === null) {
    kept = { members: [], plan: null };
    for (const member of timely) {
      const beside: { members: readonly Member[]; plan: HeldPlan } | null = besideKept(task, kept, member);
      kept = beside ?? (isQuick ? null : onTime(task, [...kept.members, member], isQuick)) ?? kept;
    }
  }
  const late = new Map<string, Placed>();
  let { members, plan } =
    kept.members.length < task.members.length ? inMargins(task, kept, marginEndOf, isQuick) : kept;
  const roomKw = Float64Array.from(task.roomKw);
  for (const member of task.members) {
    if (isAmong(members, member)) continue;
    const waiting = task.members.filter(
      (each) => each !== member && !isAmong(members, each) && !late.has(each.car.id),
    );
    const rest: HeldTask = { ...task, roomKw: withoutOwed(task, roomKw, waiting) };
    const found = soonest(rest, member, members, plan, isQuick);
    const [own, ...others] = found?.placed ?? [];
    if (own === undefined) continue;
    plan = planOf(others.map((each, i) => recounted(members[i], each)));
    if (!isAfter(own, member.car.end)) {
      plan = planOf([...plan.placed, recounted(member, own)]);
      members = [...members, member];
      continue;
    }
    late.set(member.car.id, own);
    for (let t = 0; t < task.cells; t++) roomKw[t] = (roomKw[t] ?? 0) - (own.kw[t] ?? 0);
  }
  const whole = members.map((member) => task.members.find(({ car }) => car.id === member.car.id) ?? member);
  return { members: whole, plan, late, roomKw };
}

/** Cars on time with their margins too, one by one as far as these can be kept; the others as they are. */
function inMargins(
  task: HeldTask,
  kept: { readonly members: readonly Member[]; readonly plan: HeldPlan | null },
  marginEndOf: (id: string) => number,
  isQuick: boolean,
): { readonly members: readonly Member[]; readonly plan: HeldPlan | null } {
  let found = kept;
  for (const [i, member] of kept.members.entries()) {
    const end = Math.min(member.car.end, marginEndOf(member.car.id));
    if (end === member.car.end) continue;
    const early =
      member.kind === 'held' ? heldMember({ ...member.car, end }) : switchedMember({ ...member.car, end });
    found = onTime(task, found.members.with(i, early), isQuick) ?? found;
  }
  return found;
}

function isAmong(members: readonly Member[], { car }: Member): boolean {
  return members.some((each) => each.car.id === car.id);
}

/** The task of some of the cars, with what runs under way of the others owe kept for them. */
function among(task: HeldTask, members: readonly Member[]): HeldTask {
  const others = task.members.filter(({ car }) => members.every((each) => each.car.id !== car.id));
  return { ...task, members, roomKw: withoutOwed(task, task.roomKw, others) };
}

function withoutOwed({ cells }: HeldTask, roomKw: Float64Array, members: readonly Member[]): Float64Array {
  const room = Float64Array.from(roomKw);
  for (const member of members) {
    for (let t = 0; t < cells; t++) room[t] = (room[t] ?? 0) - owedKw(member, t);
  }
  return room;
}

/** One car more beside those that are on time as they are. */
function besideKept(
  task: HeldTask,
  kept: { readonly members: readonly Member[]; readonly plan: HeldPlan | null },
  member: Member,
): { readonly members: readonly Member[]; readonly plan: HeldPlan } | null {
  const members = [...kept.members, member];
  const found = insertedHeld(among(task, members), [members.length - 1], {}, kept.plan?.placed ?? []);
  return found === null ? null : { members, plan: found };
}

/** A plan in which every car is done by its end; null where there is none or none is found. */
function onTime(
  task: HeldTask,
  members: readonly Member[],
  isQuick: boolean,
): { readonly members: readonly Member[]; readonly plan: HeldPlan } | null {
  const own = among(task, members);
  const byEnd = [...members.keys()].sort((a, b) => (members[a]?.car.end ?? 0) - (members[b]?.car.end ?? 0));
  for (const order of [[...members.keys()], byEnd]) {
    for (const isLeaving of [false, true]) {
      const found = insertedHeld(own, order, { isLeaving });
      if (found !== null) return { members, plan: found };
    }
  }
  if (!canFit(own)) return null;
  // Where nearly all power is needed, all of them are on nearly all the time.
  const spread = longest(own, true) ?? longest(own, false);
  if (spread !== null) return { members, plan: spread.plan };
  // Energy after the end counts: none is what is asked for. What is before counts hardly, but makes the early go early.
  const hurried = members.map((member) => counted(member, task.cells, (t) => (t >= member.car.end ? 1 : 0)));
  // A held car's table counts whole units: its best alone may be such a part above what it can be.
  const roundedKwh = members.reduce((sum, { kind, car }) => sum + (kind === 'held' ? car.unitKwh : 0), 0);
  const rules = { tolerance: NOTHING, wanted: NOTHING, hopeless: NOTHING + roundedKwh, isQuick };
  const { plan } = heldJoint({ ...own, members: hurried }, rules, null);
  if (plan === null || plan.cost > NOTHING) return null;
  return { members, plan: planOf(plan.placed.map((each, i) => recounted(members[i], each))) };
}

/** Whether the energy of all fits before their ends if no least power and no least run is asked for: if not, nothing does. */
function canFit({ members, cells, hours, roomKw }: HeldTask): boolean {
  const cars = members.map(({ kind, car }): FlowCar => {
    const needKwh = kind === 'held' ? car.needKwh : Math.max(0, energyOf(car.kwh) - (car.kwh[1] ?? 0));
    const mostKw = kind === 'held' ? car.mostKw : car.powerKw.reduce((a, b) => Math.max(a, b), 0);
    return {
      from: car.from,
      end: car.end,
      rate: new Float64Array(cells),
      hours,
      needKwh,
      mostKw,
      leastKw: 0,
    };
  });
  const isOn = cars.map(() => new Uint8Array(cells).fill(1));
  return cheapestPowers(cars, isOn, roomKw) !== null;
}

function energyOf(kwh: Float64Array): number {
  return kwh.reduce((a, b) => a + b, 0);
}

function isAfter({ kw }: Placed, end: number): boolean {
  return kw.some((each, t) => t >= end && each > 0);
}

/** The path of a late car, and of those on time: as little after its end as can be, then as soon as can be. */
function soonest(
  task: HeldTask,
  member: Member,
  members: readonly Member[],
  plan: HeldPlan | null,
  isQuick: boolean,
): HeldPlan | null {
  const { cells } = task;
  const late = counted(member, cells, (t) => t + 1 + (t >= member.car.end ? cells : 0));
  const others = members.map((each) => counted(each, each.car.end, () => 0));
  const joined: HeldTask = { ...task, members: [late, ...others] };
  const freed = (plan?.placed ?? []).map((each, i) => recounted(others[i], each));
  const seed = insertedHeld(joined, [0], {}, [undefined, ...freed]);
  if (seed === null || isQuick) return seed;
  return (
    heldJoint(
      joined,
      { tolerance: 0.5, wanted: null, hopeless: Number.POSITIVE_INFINITY, isQuick: true },
      seed,
    ).plan ?? seed
  );
}

/** A car with what charging in a cell counts, per cell or per kWh, instead of what it costs. */
function counted(member: Member, end: number, countOf: (cell: number) => number): Member {
  if (member.kind === 'switched') return switchedMember(asCounted(member.car, end, countOf));
  const rate = Float64Array.from(member.car.rate, (_, t) => countOf(t));
  const car: HeldCar = { ...member.car, end, rate, weight: new Float64Array(rate.length), startCost: 0 };
  return heldMember(car);
}

/** What a car's path counts by what this car counts. */
function recounted(member: Member | undefined, placed: Placed): Placed {
  if (member?.kind === 'held' && placed.kind === 'held') {
    const { isOn, kw, heldKw } = placed.path;
    const path = { ...pathOf(member.car, isOn, kw), heldKw };
    return { kind: 'held', path, kw, cost: path.cost };
  }
  if (member?.kind === 'switched' && placed.kind === 'switched') {
    const path = recountedPath(member.car, placed.path);
    return { kind: 'switched', path, kw: placed.kw, cost: path.cost };
  }
  return placed;
}
