import type { CarPath, CarTable } from './car-table.ts';
import { fillTable, newTable, readPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import type { HeldCar } from './held-cells.ts';
import { cheapestPowers } from './held-flow.ts';
import type { Offer } from './held-options.ts';
import type { HeldPath } from './held-path.ts';
import { pathOf, placedHeld } from './held-path.ts';
import type { HeldTable } from './held-table.ts';
import { newHeldTable } from './held-table.ts';

/** A car of a joint plan: one that can be held to a power, or one that is only on or off. */
export type Member =
  | { readonly kind: 'held'; readonly car: HeldCar; readonly table: HeldTable }
  | { readonly kind: 'switched'; readonly car: CellCar; readonly table: CarTable };

export type Placed =
  | { readonly kind: 'held'; readonly path: HeldPath; readonly kw: Float64Array; readonly cost: number }
  | { readonly kind: 'switched'; readonly path: CarPath; readonly kw: Float64Array; readonly cost: number };

/** Cars to be placed together, some of them held. */
export interface HeldTask {
  readonly members: readonly Member[];
  readonly cells: number;
  readonly hours: Float64Array;
  /** What the limit leaves in each cell beside settled charging, kW. */
  readonly roomKw: Float64Array;
}

export interface HeldPlan {
  readonly placed: readonly Placed[];
  readonly cost: number;
}

export function heldMember(car: HeldCar): Member {
  return { kind: 'held', car, table: newHeldTable(car) };
}

export function switchedMember(car: CellCar): Member {
  return { kind: 'switched', car, table: newTable(car) };
}

/** What a car owes in a cell: the least power of a run under way, which nobody else is given. */
export function owedKw({ kind, car }: Member, cell: number): number {
  return kind === 'held' && cell >= car.from && cell < car.from + car.owedCells ? car.leastKw : 0;
}

/** How cars are placed in turn. */
export interface Turn {
  /** What a kWh costs besides in each cell. */
  readonly surcharge?: Float64Array | null;
  /** The most that each car may take. */
  readonly capsKw?: readonly number[];
  /** Each held car leaves the least of those that come after it, where it still finds its own. */
  readonly isLeaving?: boolean;
}

/**
 * Each car in turn, in the order given, where the cars before it leave room, beside those that are placed already. Null
 * where one finds no room.
 */
export function insertedHeld(
  task: HeldTask,
  order: readonly number[],
  { surcharge = null, capsKw = [], isLeaving = false }: Turn = {},
  start: readonly (Placed | undefined)[] = [],
): HeldPlan | null {
  const room = freeRoom(task, start);
  const placed: (Placed | undefined)[] = task.members.map((_, i) => start[i]);
  for (const [n, i] of order.entries()) {
    const whole = withOwed(task, i, room);
    const own = isLeaving ? leaving(task, i, order.slice(n + 1), whole) : whole;
    const capKw = capsKw[i] ?? Number.POSITIVE_INFINITY;
    const roomKw = Number.isFinite(capKw) ? own.map((kw) => Math.min(kw, capKw)) : own;
    const found = place(task, i, { roomKw, surcharge, beyond: null });
    if (found === null) return null;
    take(task, i, found, room, -1);
    placed[i] = found;
  }
  return planOf(placed);
}

/** Room for a held car that leaves the least of those that come after it, where it still finds its own. */
function leaving(
  { members, cells }: HeldTask,
  i: number,
  after: readonly number[],
  roomKw: Float64Array,
): Float64Array {
  const own = members[i];
  if (own?.kind !== 'held') return roomKw;
  const left = Float64Array.from(roomKw);
  for (const j of after) {
    const other = members[j];
    if (other?.kind !== 'held') continue;
    const { from, end, leastKw } = other.car;
    for (let t = from; t < Math.min(end, cells); t++) {
      const kw = (left[t] ?? 0) - leastKw;
      if (kw >= own.car.leastKw) left[t] = kw;
    }
  }
  return left;
}

/** The best path of one car by what it is offered. */
export function place({ members, cells, hours }: HeldTask, i: number, offer: Offer): Placed | null {
  const member = members[i];
  if (member === undefined) return null;
  if (member.kind === 'held') {
    const path = placedHeld(member.table, offer, cells);
    return path === null ? null : { kind: 'held', path, kw: path.kw, cost: path.cost };
  }
  const { car, table } = member;
  const flat = flatOf(car, offer, hours);
  if (fillTable(table, flat, true, offer.roomKw) === Number.POSITIVE_INFINITY) return null;
  const path = readPath(table, cells);
  if (path === null) return null;
  const kw = new Float64Array(cells);
  for (let t = car.from; t < car.end; t++) {
    if (path.isOn[t] === 1) kw[t] = car.powerKw[path.k[t] ?? 0] ?? 0;
  }
  return { kind: 'switched', path, kw, cost: path.cost };
}

/** What a car that is on or off pays in each cell for its highest power. */
export function flatOf(car: CellCar, { surcharge, beyond }: Offer, hours: Float64Array): Float64Array | null {
  if (surcharge === null && beyond === null) return null;
  const most = car.powerKw.reduce((a, b) => Math.max(a, b), 0);
  return Float64Array.from(hours, (each, t) => {
    const overKw = beyond === null ? 0 : Math.max(0, most - (beyond.freeKw[t] ?? 0));
    const over = overKw > 1e-9 ? overKw * (beyond?.perKwh[t] ?? 0) : 0;
    return ((surcharge?.[t] ?? 0) * most + over) * each;
  });
}

/** A plan with the powers of its held cars as cheap as can be for the cells they are on in; and what more would cost. */
export function withPowers(
  task: HeldTask,
  placed: readonly Placed[],
): { readonly plan: HeldPlan; readonly marginal: Float64Array } | null {
  const concerned = task.members.flatMap((member, i) =>
    member.kind === 'held' && member.car.isConstant ? [{ car: member.car, i }] : [],
  );
  const marginal = new Float64Array(placed.length).fill(Number.POSITIVE_INFINITY);
  const room = Float64Array.from(task.roomKw);
  for (const [i, each] of placed.entries()) {
    if (concerned.some((one) => one.i === i)) continue;
    for (let t = 0; t < task.cells; t++) room[t] = (room[t] ?? 0) - (each.kw[t] ?? 0);
  }
  const patterns = concerned.map(({ i }) => placed[i]?.path.isOn ?? new Uint8Array(task.cells));
  const flow = cheapestPowers(
    concerned.map(({ car }) => car),
    patterns,
    room,
  );
  if (flow === null) return null;
  const powered = [...placed];
  for (const [n, { car, i }] of concerned.entries()) {
    const path = pathOf(car, patterns[n] ?? new Uint8Array(0), flow.kw[n] ?? new Float64Array(0));
    powered[i] = { kind: 'held', path, kw: path.kw, cost: path.cost };
    marginal[i] = flow.marginal[n] ?? Number.POSITIVE_INFINITY;
  }
  return { plan: { placed: powered, cost: costOf(powered) }, marginal };
}

/** Room that these leave, with what those still to be placed owe kept for them. */
export function freeRoom(task: HeldTask, placed: readonly (Placed | undefined)[]): Float64Array {
  const room = Float64Array.from(task.roomKw);
  for (const [i, member] of task.members.entries()) {
    for (let t = 0; t < task.cells; t++) room[t] = (room[t] ?? 0) - (placed[i]?.kw[t] ?? owedKw(member, t));
  }
  return room;
}

export function withOwed({ members, cells }: HeldTask, i: number, room: Float64Array): Float64Array {
  const member = members[i];
  if (member?.kind !== 'held' || member.car.owedCells === 0) return room;
  const own = Float64Array.from(room);
  for (let t = 0; t < cells; t++) own[t] = (own[t] ?? 0) + owedKw(member, t);
  return own;
}

/** Takes a car's power off the room, but for what it owes, which is off already; or gives it back. */
function take(
  { members, cells }: HeldTask,
  i: number,
  { kw }: Placed,
  room: Float64Array,
  sign: 1 | -1,
): void {
  const member = members[i];
  if (member === undefined) return;
  for (let t = 0; t < cells; t++) {
    room[t] = (room[t] ?? 0) + sign * ((kw[t] ?? 0) - owedKw(member, t));
  }
}

export function planOf(placed: readonly (Placed | undefined)[]): HeldPlan {
  const found = placed.filter((each) => each !== undefined);
  return { placed: found, cost: costOf(found) };
}

function costOf(placed: readonly Placed[]): number {
  return placed.reduce((sum, each) => sum + each.cost, 0);
}
