import type { Why, WhyCode } from '../domain/history.ts';
import type { Interval } from '../domain/interval.ts';
import type { PlanBlock } from '../planner/problem.ts';
import { runsOf } from '../planner/runs.ts';
import { goalPercent, limitOf, zoneOf } from './aim.ts';
import type { LocationPrices } from './contract.ts';
import { drawnAt } from './drawn.ts';
import type { CurrentSession, Lane, StoredPlan, Together } from './lane.ts';
import { knownKw } from './may-draw.ts';
import { plannedSlots } from './planned-slots.ts';
import { chargedInFromMs } from './why-departure.ts';
import { whyTheseHours } from './why-hours.ts';
import {
  againOf,
  avoidedBetween,
  leftAloneUntil,
  othersOf,
  priceOf,
  reason,
  reserveOf,
} from './why-parts.ts';

/** What a charge is told with that nobody sees at present. */
export function contactOf({ observed }: Lane, { errors }: CurrentSession): Pick<Why, 'contact'> {
  if (observed.isReachable?.value === false) {
    return { contact: 'UNREACHABLE' };
  }
  return errors.TELEMETRY_STALE === undefined ? {} : { contact: 'SILENT' };
}

export function whyCharging(
  lane: Lane,
  session: CurrentSession,
  prices: LocationPrices | null,
  nowMs: number,
): Why {
  const { control } = lane;
  if (control.leftAloneUntilMs !== null) {
    return { ...reason('CHARGING_LEFT_ALONE', session), atMs: leftAloneUntil(control) };
  }
  if (control.wanted === 'free') {
    return { ...reason('CHARGING_MEASURED', session), atMs: control.letRunUntilMs };
  }
  if (control.wanted === 'off') {
    const asked = lane.vehicle.canStop ? againOf(control) : {};
    return { ...reason('CHARGING_UNWANTED', session), ...asked, ...drawnMore(lane, session) };
  }
  return withHeld(lane, session.plan, whyWanted(lane, session, prices, nowMs), nowMs);
}

/** What was first seen in this run to be more than was expected. */
function drawnMore(lane: Lane, { locationId }: CurrentSession): Pick<Why, 'drawn'> {
  const drawn = drawnAt(lane, locationId);
  const isOfThisRun = drawn !== undefined && drawn.atMs >= (lane.observed.chargingSinceMs ?? 0);
  return isOfThisRun
    ? { drawn: { powerKw: tenths(drawn.powerKw), expectedKw: tenths(drawn.expectedKw) } }
    : {};
}

function tenths(kw: number): number {
  return Math.round(kw * 10) / 10;
}

/** The reason with the power that the car is held to, where that is less than it takes. */
function withHeld(lane: Lane, stored: StoredPlan | null, why: Why, nowMs: number): Why {
  const { power } = lane.control;
  if (power === undefined || power.toKw === null || !power.isBound) {
    return why;
  }
  const fullKw = tenths(knownKw(lane));
  if (power.toKw >= fullKw) {
    return why;
  }
  const held = { powerKw: power.toKw, fullKw };
  const together = stored?.together;
  if (together === undefined || blockAt(stored, nowMs)?.powerKw === undefined) {
    return { ...why, held };
  }
  const sharedWithIds = sharingAt(together, nowMs);
  const isShare = SHARED_INSTEAD.has(why.code);
  return {
    ...why,
    ...(isShare ? { code: 'CHARGING_SHARED' } : {}),
    ...(isShare || why.vehicleIds === undefined ? othersOf(together.limitKw, sharedWithIds) : {}),
    held,
  };
}

/** The cars that are to charge at an instant, and those that draw and are not ours to command. */
function sharingAt({ others = [], takenByVehicleIds = [] }: Together, nowMs: number): readonly string[] {
  const charging = others.filter(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
  return [...charging.map(({ vehicleId }) => vehicleId), ...takenByVehicleIds];
}

function blockAt(stored: StoredPlan | null, nowMs: number): PlanBlock | undefined {
  return stored?.plan.blocks.find(({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs);
}

/** When a charge that goes on now ends: blocks that touch, of other powers or types, are one run. */
function runEndMs(stored: StoredPlan | null, nowMs: number): number | null {
  const run = runsOf(stored?.plan.blocks ?? []).find(
    ({ startAtMs, endAtMs }) => startAtMs <= nowMs && nowMs < endAtMs,
  );
  return run?.endAtMs ?? null;
}

/** Reasons that a car which shares the power would be told wrongly, or less clearly. */
const SHARED_INSTEAD: ReadonlySet<WhyCode> = new Set<WhyCode>([
  'CHARGING_IN_TURN',
  'CHARGING_PLANNED',
  'CHARGING_IN_ALLOWED_HOUR',
  'CHARGING_IN_FORECAST_HOUR',
  'CHARGING_IN_UNPRICED_HOUR',
  'CHARGING_JUST_ENOUGH_TIME',
]);

/** Why a car that charges is to do so. */
function whyWanted(lane: Lane, session: CurrentSession, prices: LocationPrices | null, nowMs: number): Why {
  const { aim, plan } = session;
  const block = blockAt(plan, nowMs);
  const until = { atMs: runEndMs(plan, nowMs) };
  const goal = goalOf(lane, session);
  const cost = priceOf(wholeBlock(session, block), prices);
  if (aim.target?.kind === 'IMMEDIATE_START') {
    return { ...reason('CHARGING_IMMEDIATE', session), ...until, ...goal };
  }
  if (session.isFillingReserve) {
    const percent = aim.target?.reservePercent ?? reserveOf(lane, session);
    return { ...reason('CHARGING_RESERVE', session), atMs: block?.endAtMs ?? null, percent };
  }
  if (aim.isLate) {
    return { ...reason('CHARGING_LATE', session), ...until };
  }
  if (plan?.plan.isWithoutPrices === true) {
    return { ...reason('CHARGING_WITHOUT_PRICES', session), ...until };
  }
  if (aim.isMet) {
    // Nothing else charges a car whose target is met.
    return { ...reason('CHARGING_ABOVE_TARGET', session), ...until, ...cost };
  }
  const isLate = plan?.plan.feasible === false;
  const beside = plan?.together?.yields ?? null;
  if (plan?.together !== undefined && beside !== null && beside.reason !== 'LIMIT') {
    // An outcome at risk stays so for some minutes more, and nothing is said to be kept meanwhile.
    const isRecovering = aim.state === 'AT_RISK' && aim.safeSinceMs !== null;
    const code = isLate || isRecovering ? 'CHARGING_NOT_ENOUGH_POWER' : 'CHARGING_IN_TURN';
    const others = othersOf(plan.together.limitKw, beside.toVehicleIds);
    return { ...reason(code, session), ...until, ...goal, ...cost, ...others };
  }
  if (isLate) {
    return { ...reason('CHARGING_NO_TIME_LEFT', session), ...until, ...goal, ...cost };
  }
  const planned = plannedCode(lane, session, block, prices, nowMs);
  return { ...reason(planned, session), ...until, ...goal, ...cost };
}

/** Why a plan that keeps its deadline charges now: because it must, or because it is cheap. */
function plannedCode(
  lane: Lane,
  session: CurrentSession,
  block: PlanBlock | undefined,
  prices: LocationPrices | null,
  nowMs: number,
): WhyCode {
  if (nowMs >= chargedInFromMs(lane, session)) {
    return 'CHARGING_TO_DEPARTURE';
  }
  if (hasJustTime(session.plan)) {
    return 'CHARGING_JUST_ENOUGH_TIME';
  }
  const { target } = session.aim;
  const untilMs = target?.kind === 'REGULAR' ? target.readyByMs : nowMs;
  const avoided = avoidedBetween(lane, session, lane.visit?.pluggedInAtMs ?? nowMs, untilMs);
  if (session.plan === null || block === undefined) {
    return 'CHARGING_PLANNED';
  }
  return whyTheseHours(session.plan, block, {
    slots: plannedSlots(
      prices,
      zoneOf(lane, session.locationId),
      nowMs,
      Math.max(untilMs, block.endAtMs),
      true,
    ),
    avoided,
    nowMs,
    untilMs: untilMs - session.plan.marginMs,
  });
}

/** Whether the charge began no sooner than it had to. As long as it goes on as planned that does not change. */
function hasJustTime(plan: StoredPlan | null): boolean {
  const latestMs = plan?.plan.latestSafeStartMs ?? null;
  // Beside other cars there may be time enough after them: the latest start of a plan made together is no such limit.
  if (plan === null || latestMs === null || plan.together !== undefined) {
    return false;
  }
  const isWithoutPause = runsOf(plan.plan.blocks).length === 1;
  return isWithoutPause && latestMs <= Math.max(plan.madeAtMs, plan.plan.blocks[0]?.startAtMs ?? 0);
}

/** What a running charge is for is what it costs from its beginning on, not only what is left of it. */
function wholeBlock({ blocks }: CurrentSession, block: PlanBlock | undefined): Interval | undefined {
  const running = blocks.at(-1);
  return block !== undefined && running?.isRunning === true
    ? { startAtMs: Math.min(running.startAtMs, block.startAtMs), endAtMs: block.endAtMs }
    : block;
}

/** What is charged to: the target, or the car's own limit where that is below it. */
function goalOf(lane: Lane, { aim: { target } }: CurrentSession): Pick<Why, 'percent' | 'isCarLimit'> {
  const percent = goalPercent(lane, target);
  return target !== null && limitOf(lane) < target.targetPercent
    ? { percent, isCarLimit: true }
    : { percent };
}
