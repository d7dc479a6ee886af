import { mostPowerFromKw } from '../planner/charge-curve.ts';
import { controlLane } from './control-lane.ts';
import { SAME_POWER_RATIO } from './drawn.ts';
import { inSteps, leastPowerKw, unfinishedStart } from './held-power.ts';
import type { Control, CurrentSession, Held, Lane } from './lane.ts';
import type { LaneStep } from './lane-step.ts';
import { activeSession } from './lifecycle.ts';
import { disobeys, drawEndsAtMs, drawRatio, heldTo, isFullKnown, knownKw, mayDrawKw } from './may-draw.ts';
import { planTogether, type SitePower, type SiteSession } from './plan-site.ts';
import { problemOf } from './planning.ts';
import { type PowerRoom, ROOM_FOR_ALL } from './settle-power.ts';
import type { Site } from './site-of.ts';

/**
 * Plans for the cars of one site together and makes them follow; their lanes in the order of the steps. Cars that are
 * not ours to command (no policy here, no such capability, left alone, let run to be measured, or deaf to a stop) are
 * taken off the limit first with what they draw.
 *
 * No start is sent while the car, with all that others there may be drawing, would exceed the limit: a stop counts only
 * once it is confirmed or can no longer be obeyed, a start from the moment it is sent. Held starts go out in the order
 * of the plans' rule: the earliest deadline first, then the lowest level (decision 0010).
 * @param standing lanes of cars there that take no step now.
 */
export function controlSite(
  site: Site,
  steps: readonly LaneStep[],
  standing: readonly Lane[],
  nowMs: number,
): readonly Lane[] {
  const counted = new Map<string, SiteSession>();
  for (const step of steps) {
    const session = oursIn(step, site.limitKw, nowMs);
    if (session !== null) {
      counted.set(step.lane.vehicle.id, session);
    }
  }
  const lanes = new Map<string, Lane>();
  for (const lane of [...standing, ...steps.map((step) => step.lane)]) {
    lanes.set(lane.vehicle.id, lane);
  }
  const ours = roundedDown(counted, [...lanes.values()], site.limitKw, nowMs);
  const draws = (lane: Lane): number => mayDrawKw(lane, ours.get(lane.vehicle.id)?.powerNowKw ?? null, nowMs);
  const planned = planOurs(site, ours, [...lanes.values()], draws);
  for (const { lane, isHeardAgain, effects } of inTurn(steps, ours)) {
    const { id } = lane.vehicle;
    const others = [...lanes.values()].filter(({ vehicle }) => vehicle.id !== id);
    const wantsKw = ours.get(id)?.powerNowKw ?? null;
    const hold = (powerKw: number | null): Held | null => {
      const ownKw = heldTo(lane, powerKw ?? Number.POSITIVE_INFINITY, wantsKw ?? knownKw(lane), nowMs);
      return holdOf(ownKw, others, { limitKw: site.limitKw, ours, draws, nowMs });
    };
    const othersKw = others.reduce(
      (sum, other) => sum + Math.max(draws(other), plannedNowKw(other, planned, ours, nowMs)),
      0,
    );
    const isTooMuch = (powerKw: number): boolean => othersKw + powerKw > site.limitKw + ROUNDING_KW;
    const instead = insteadOf(lane, site.limitKw - othersKw);
    const steered = controlLane(lane, isHeardAgain, effects, {
      planned: planned.get(id) ?? null,
      hold,
      room: wantsKw === null ? ROOM_FOR_ALL : { fullKw: wantsKw, isTooMuch, ...instead },
    });
    lanes.set(id, withDroppedStart(lane, steered, nowMs));
  }
  return steps.map(({ lane }) => lanes.get(lane.vehicle.id) ?? lane);
}

/** The session of a step whose car does what we ask of it, with its problem; null for every other car. */
function oursIn({ lane, effects }: LaneStep, limitKw: number, nowMs: number): SiteSession | null {
  const { visit, control, vehicle } = lane;
  const session = activeSession(lane);
  const policy = lane.policies.find(({ id }) => id === session?.policyId);
  const isLeftAlone = control.leftAloneUntilMs !== null && nowMs < control.leftAloneUntilMs;
  const isLetRun = control.letRunUntilMs !== null && nowMs < control.letRunUntilMs;
  if (session === null || policy === undefined || visit === null || visit.unpluggedAtMs !== null) {
    return null;
  }
  if (!vehicle.canStart || !vehicle.canStop || isLeftAlone || isLetRun || disobeys(lane, nowMs)) {
    return null;
  }
  // A car that fell silent while it charged is taken to charge on, as its plan has it.
  const problem = problemOf(lane, visit, session, policy, effects, Number.POSITIVE_INFINITY);
  const curveKw = mostPowerFromKw(problem.curve, problem.levelPercent);
  const ratio = drawRatio(lane, problem, limitKw, nowMs);
  const curve = problem.curve.map((point) => ({ ...point, powerKw: point.powerKw * ratio }));
  return {
    lane,
    session,
    policy,
    effects,
    problem: ratio === 1 ? problem : { ...problem, curve },
    powerNowKw: curveKw * ratio,
    leastPowerKw: leastPowerKw(lane),
  };
}

/**
 * Cars that are only on or off, charge together and draw as little above the limit as power is rounded count as the limit:
 * what is measured of them while they charge would else stop one, and let it start again when it waits.
 */
function roundedDown(
  ours: ReadonlyMap<string, SiteSession>,
  lanes: readonly Lane[],
  limitKw: number,
  nowMs: number,
): ReadonlyMap<string, SiteSession> {
  let [oursKw, othersKw] = [0, 0];
  const charging = new Set<string>();
  for (const lane of lanes) {
    const session = ours.get(lane.vehicle.id);
    const kw = mayDrawKw(lane, session?.powerNowKw ?? null, nowMs);
    if (kw === 0) continue;
    if (session === undefined) {
      othersKw += kw;
      continue;
    }
    if (session.leastPowerKw !== null || lane.observed.isCharging?.value !== true) return ours;
    charging.add(lane.vehicle.id);
    oursKw += kw;
  }
  const ratio = (limitKw - othersKw) / oursKw;
  if (charging.size < 2 || ratio >= 1 || oursKw + othersKw > limitKw * SAME_POWER_RATIO) return ours;
  return new Map([...ours].map(([id, each]) => [id, charging.has(id) ? scaled(each, ratio) : each]));
}

function scaled(session: SiteSession, ratio: number): SiteSession {
  const { problem, powerNowKw } = session;
  const curve = problem.curve.map((point) => ({ ...point, powerKw: point.powerKw * ratio }));
  return { ...session, problem: { ...problem, curve }, powerNowKw: powerNowKw * ratio };
}

/** A car that can be held, and of which is not known that all it takes fits into the room, is told what room there is. */
function insteadOf(lane: Lane, roomKw: number): Pick<PowerRoom, 'insteadKw'> {
  const leastKw = leastPowerKw(lane);
  return leastKw === null || isFullKnown(lane, roomKw)
    ? {}
    : { insteadKw: Math.max(leastKw, inSteps(roomKw)) };
}

/** What a car's plan has it draw now, kW. */
function plannedNowKw(
  { vehicle }: Lane,
  planned: ReadonlyMap<string, CurrentSession>,
  ours: ReadonlyMap<string, SiteSession>,
  nowMs: number,
): number {
  const blocks = planned.get(vehicle.id)?.plan?.plan.blocks ?? [];
  const running = blocks.find(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
  const fullKw = ours.get(vehicle.id)?.powerNowKw ?? 0;
  return running === undefined ? 0 : Math.min(running.powerKw ?? fullKw, fullKw);
}

function planOurs(
  site: Site,
  ours: ReadonlyMap<string, SiteSession>,
  lanes: readonly Lane[],
  draws: (lane: Lane) => number,
): ReadonlyMap<string, CurrentSession> {
  const sessions = [...ours.values()];
  const taking = lanes.filter((lane) => !ours.has(lane.vehicle.id) && draws(lane) > 0);
  const power: SitePower = {
    limitKw: site.limitKw,
    freeKw: site.limitKw - taking.reduce((sum, lane) => sum + draws(lane), 0),
    takenByVehicleIds: taking.map(({ vehicle }) => vehicle.id),
  };
  const planned = planTogether(sessions, power);
  return new Map(
    sessions.flatMap(({ lane }, index) => {
      const session = planned[index];
      return session === undefined ? [] : [[lane.vehicle.id, session] as const];
    }),
  );
}

/** The steps in the order in which held starts go out; cars that are not ours come last. */
function inTurn(steps: readonly LaneStep[], ours: ReadonlyMap<string, SiteSession>): readonly LaneStep[] {
  const rankOf = ({ lane }: LaneStep): readonly [number, number] => {
    const problem = ours.get(lane.vehicle.id)?.problem;
    return problem === undefined
      ? [Number.POSITIVE_INFINITY, 0]
      : [problem.readyByMs ?? Number.MAX_SAFE_INTEGER, problem.levelPercent];
  };
  return [...steps].sort((one, other) => {
    const [a, b] = [rankOf(one), rankOf(other)];
    if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
    if (a[1] !== b[1]) return a[1] - b[1];
    return one.lane.vehicle.id < other.lane.vehicle.id ? -1 : 1;
  });
}

/** Why a start must wait: with what others may be drawing it would exceed the limit. */
function holdOf(ownKw: number, others: readonly Lane[], { limitKw, ours, draws, nowMs }: Room): Held | null {
  const by = others.filter((other) => draws(other) > 0);
  const othersKw = by.reduce((sum, other) => sum + draws(other), 0);
  if (othersKw + ownKw <= limitKw + ROUNDING_KW) {
    return null;
  }
  const ends = by.map((other) => drawEndsAtMs(other, nowMs)).filter((atMs) => atMs !== null);
  // The plan has room beside the others that are to charge: it is those that are to stop, or to charge with less, which
  // are waited for.
  const oursBy = by.filter(({ vehicle }) => ours.has(vehicle.id));
  const slowing = oursBy.filter(({ control }) => control.wanted === 'on' && isSlowing(control));
  const ending = oursBy.filter((other) => other.control.wanted !== 'on' || slowing.includes(other));
  return {
    limitKw,
    byVehicleIds: (ending.length > 0 ? ending : by).map(({ vehicle }) => vehicle.id),
    untilMs: ends.length === 0 ? null : Math.min(...ends),
    ...(slowing.length > 0 ? { isSlowing: true } : {}),
  };
}

/** A car that was sent a power, and has not been seen to obey. */
function isSlowing({ command }: Control): boolean {
  return unfinishedStart(command)?.powerKw !== undefined;
}

interface Room {
  readonly limitKw: number;
  readonly ours: ReadonlyMap<string, SiteSession>;
  readonly draws: (lane: Lane) => number;
  readonly nowMs: number;
}

const ROUNDING_KW = 1e-6;

/** A start that was sent and is no longer wanted may still reach the car: it is remembered until it expires. */
function withDroppedStart(before: Lane, after: Lane, nowMs: number): Lane {
  const sent = before.control.command;
  const isDropped =
    sent?.kind === 'START' &&
    sent.state === 'PENDING' &&
    // One with a power is remembered with it (held-power.ts).
    sent.powerKw === undefined &&
    after.control.command?.id !== sent.id &&
    after.observed.isCharging?.value !== true;
  const untilMs = Math.max(isDropped ? sent.expiresAtMs : 0, after.control.mayStartUntilMs ?? 0);
  if (untilMs > nowMs) {
    return { ...after, control: { ...after.control, mayStartUntilMs: untilMs } };
  }
  const { mayStartUntilMs: _over, ...control } = after.control;
  return { ...after, control };
}
