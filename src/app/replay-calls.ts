import type { Lane } from '../engine/lane.ts';
import type { Query } from '../store/database.ts';
import {
  listLaneStates,
  listSteps,
  listStepsBetween,
  readLaneState,
  type StoredStep,
} from '../store/replay-reads.ts';
import type { SiteLaneLog } from '../store/site-log.ts';

/** A lane at a point of its log: after its step of that number. */
export interface LanePoint {
  readonly vehicleId: string;
  readonly stepNumber: number;
}

/** One call of the engine as it was logged: one lane alone, or all lanes at a limited location. */
export interface LoggedCall {
  readonly atMs: number;
  readonly lanes: readonly LoggedLane[];
}

/** A lane in a call, with the step that was written of it; null where nothing happened to it, or it only stood there. */
export interface LoggedLane extends SiteLaneLog {
  readonly step: StoredStep | null;
}

/** Why there is no such log: what is gone, in a sentence. */
export interface Gap {
  readonly reason: 'steps-gone' | 'inputs-gone' | 'prices-gone' | 'older-version';
  readonly detail: string;
}

export function pointName({ vehicleId, stepNumber }: LanePoint): string {
  return `${vehicleId}/${stepNumber}`;
}

/** What was read of a log so far. */
export interface Reading {
  readonly query: Query;
  readonly clientId: string;
  readonly states: Map<string, Lane>;
  /** After which steps each lane met is kept. */
  readonly kept: Map<string, readonly number[]>;
  readonly steps: Map<string, StoredStep>;
}

export function newReading(query: Query, clientId: string): Reading {
  return { query, clientId, states: new Map(), kept: new Map(), steps: new Map() };
}

/** The calls, in an order in which each follows what it builds on. */
export async function callsOf(
  reading: Reading,
  from: LanePoint,
  own: readonly StoredStep[],
): Promise<readonly LoggedCall[] | Gap> {
  for (const step of own) reading.steps.set(pointName(step), step);
  if (!(await isKept(reading, from))) {
    return gone(from, 'the lane as it was when the session began is not kept any more');
  }
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = { fromMs: first.atMs, toMs: last.atMs };
  const done = new Set<string>();
  const calls: LoggedCall[] = [];
  for (const step of own) {
    // Depth first, without recursion: a chain of calls may be thousands long.
    const waiting: StoredStep[] = [step];
    for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
      if (done.has(pointName(next))) {
        waiting.pop();
        continue;
      }
      const call = await callOf(reading, next, span);
      if ('reason' in call) return call;
      const before = await firstNotReady(reading, call, from, done);
      if (before === null) {
        for (const lane of call.lanes) if (lane.step !== null) done.add(pointName(lane.step));
        calls.push(call);
        waiting.pop();
      } else if ('reason' in before) {
        return before;
      } else if (waiting.includes(before)) {
        return gone(before, 'the log says that it was taken before itself');
      } else {
        waiting.push(before);
      }
    }
  }
  return calls;
}

/** The step that has to be done before a call; null where nothing has. */
async function firstNotReady(
  reading: Reading,
  { lanes }: LoggedCall,
  from: LanePoint,
  done: ReadonlySet<string>,
): Promise<StoredStep | Gap | null> {
  for (const lane of lanes) {
    if (pointName(lane) === pointName(from) || done.has(pointName(lane))) continue;
    // What was kept of the lane itself is compared with what its steps lead to.
    const isOwn = lane.vehicleId === from.vehicleId && lane.stepNumber > from.stepNumber;
    if (!isOwn && (await isKept(reading, lane))) continue;
    const step = reading.steps.get(pointName(lane)) ?? (await readStep(reading, lane));
    return (
      step ?? gone(lane, 'it stepped together with this one, and its own log does not reach back so far')
    );
  }
  return null;
}

/** Whether the lane is kept as it was at that point; if so, it is read. */
export async function isKept(reading: Reading, point: LanePoint): Promise<boolean> {
  const { query, clientId, states } = reading;
  if (states.has(pointName(point))) return true;
  if (!(await keptSteps(reading, point.vehicleId)).includes(point.stepNumber)) return false;
  const state = await readLaneState(query, clientId, point.vehicleId, point.stepNumber);
  if (state !== null) states.set(pointName(point), state);
  return state !== null;
}

/** After which steps the lane is kept, ascending. */
export async function keptSteps(
  { query, clientId, kept }: Reading,
  vehicleId: string,
): Promise<readonly number[]> {
  const known = kept.get(vehicleId);
  if (known !== undefined) return known;
  const numbers = (await listLaneStates(query, clientId, vehicleId)).map(({ stepNumber }) => stepNumber);
  kept.set(vehicleId, numbers);
  return numbers;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The call that a step is of. */
async function callOf(reading: Reading, step: StoredStep, span: Span): Promise<LoggedCall | Gap> {
  const { vehicleId, stepNumber, atMs, site } = step;
  if (step.laneHash === null) return olderIn([step]) ?? gone(step, 'its log cannot be read');
  if (site === null) {
    return { atMs, lanes: [{ vehicleId, stepNumber: stepNumber - 1, isMoved: true, step }] };
  }
  if ('loggedBy' in site) {
    const logged = await readStep(reading, site.loggedBy);
    return logged === null || logged.site === null || 'loggedBy' in logged.site
      ? gone(site.loggedBy, `it has the log of step ${stepNumber} of vehicle ${vehicleId}`)
      : callOf(reading, logged, span);
  }
  const lanes: LoggedLane[] = [];
  for (const lane of site.lanes) {
    await prefetch(reading, lane.vehicleId, span);
    const own = lane.isMoved ? await readStep(reading, { ...lane, stepNumber: lane.stepNumber + 1 }) : null;
    lanes.push({ ...lane, step: own !== null && isOfCall(own, step) ? own : null });
  }
  return { atMs, lanes };
}

function isOfCall({ vehicleId, stepNumber, site }: StoredStep, logged: StoredStep): boolean {
  if (vehicleId === logged.vehicleId && stepNumber === logged.stepNumber) return true;
  return (
    site !== null &&
    'loggedBy' in site &&
    site.loggedBy.vehicleId === logged.vehicleId &&
    site.loggedBy.stepNumber === logged.stepNumber
  );
}

/** The other lanes' steps of the time, at once. */
async function prefetch(reading: Reading, vehicleId: string, { fromMs, toMs }: Span): Promise<void> {
  const { query, clientId, kept, steps } = reading;
  if (kept.has(vehicleId)) return;
  for (const step of await listStepsBetween(query, clientId, vehicleId, fromMs, toMs)) {
    steps.set(pointName(step), step);
  }
  await keptSteps(reading, vehicleId);
}

async function readStep(
  { query, clientId, steps }: Reading,
  { vehicleId, stepNumber }: LanePoint,
): Promise<StoredStep | null> {
  const known = steps.get(pointName({ vehicleId, stepNumber }));
  if (known !== undefined) return known;
  const [step] = await listSteps(query, clientId, vehicleId, stepNumber - 1, stepNumber);
  if (step !== undefined) steps.set(pointName(step), step);
  return step ?? null;
}

/** Steps of an earlier version have no log that can be repeated. */
export function olderIn(steps: readonly StoredStep[]): Gap | null {
  const older = steps.find(({ laneHash }) => laneHash === null);
  return older === undefined
    ? null
    : {
        reason: 'older-version',
        detail: `step ${older.stepNumber} of vehicle ${older.vehicleId} was logged by a version that could not replay`,
      };
}

function gone({ vehicleId, stepNumber }: LanePoint, why: string): Gap {
  return {
    reason: 'steps-gone',
    detail: `step ${stepNumber} of vehicle ${vehicleId} was removed from the log, by retention or by hand: ${why}`,
  };
}
