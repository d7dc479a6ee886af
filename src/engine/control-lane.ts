import { isStopBelieved } from './believed-state.ts';
import { splitBlocks } from './blocks.ts';
import { releaseControl, steer } from './control.ts';
import type { Effects } from './effects.ts';
import { errorsOf } from './errors.ts';
import type { CurrentSession, Held, Lane } from './lane.ts';
import { activeSession, withSession } from './lifecycle.ts';
import { laneWith, sessionWith, visitWith, withBlocks } from './parts.ts';
import { isAtOnce, replan } from './planning.ts';
import { judgeRisk } from './predict.ts';
import { type PowerRoom, ROOM_FOR_ALL, settledPower } from './settle-power.ts';
import { typeOf } from './view.ts';
import { type Wish, wishOf } from './wish.ts';

/** What a location's limit adds to the control of one car. */
export interface SiteControl {
  /** The session as it was planned together with others; null where its car is planned alone. */
  readonly planned: CurrentSession | null;
  /** Asked when a start with a power, or with none, is to be sent: why it must wait, or null. */
  readonly hold: (powerKw: number | null) => Held | null;
  readonly room: PowerRoom;
}

/** Plans for the active session, unless that is done, and makes the car follow. */
export function controlLane(
  lane: Lane,
  isHeardAgain: boolean,
  effects: Effects,
  { planned: given, hold, room }: SiteControl = ALONE,
): Lane {
  const session = activeSession(lane);
  const policy = lane.policies.find((candidate) => candidate.id === session?.policyId);
  if (session === null || policy === undefined || lane.visit === null) {
    const wish = wishOf(lane, null, effects.nowMs);
    return lane.visit === null ? lane : steer(lane, wish, isHeardAgain, effects, () => hold(wish.powerKw));
  }
  if (lane.visit.unpluggedAtMs !== null) {
    const idle = laneWith(lane, { control: releaseControl(lane.control, effects) });
    // Whoever reports the plug-out is heard of; everything else stays as it held then.
    const { TELEMETRY_STALE: _heard, ...errors } = session.errors;
    return withSession(idle, sessionWith(session, { plan: null, errors }));
  }
  const planned = judgeRisk(lane, given ?? replan(lane, session, policy, effects), effects.nowMs);
  // What a car that was stopped has drawn since its last reading is of the kind that it was stopped in.
  const typed = isStopBelieved(lane)
    ? planned
    : withBlocks(planned, splitBlocks(planned.blocks, typeOf(planned)));
  const wish = settled(lane, wishOf(lane, typed, effects.nowMs), room, effects.nowMs);
  const hasRoom = (): Held | null => hold(wish.powerKw);
  const steered = steer(lane, wish, isHeardAgain, effects, hasRoom);
  const safe = withLatestSafeStart(steered, typed, effects.nowMs);
  const withPower = noteNoPower(safe, typed, effects.nowMs);
  const errors = errorsOf(withPower, typed, effects.nowMs);
  return withSession(withPower, errors === typed.errors ? typed : sessionWith(typed, { errors }));
}

const ALONE: SiteControl = { planned: null, hold: () => null, room: ROOM_FOR_ALL };

/** The wish with the power that the car may stay at. */
function settled(lane: Lane, wish: Wish, room: PowerRoom, nowMs: number): Wish {
  return wish.wanted === 'on'
    ? { ...wish, powerKw: settledPower(lane, wish.powerKw, wish.edgeAtMs, room, nowMs) }
    : wish;
}

/** A car that is left alone is taken in hand again at the latest safe start, if that comes before the next edge. */
function withLatestSafeStart(lane: Lane, session: CurrentSession, nowMs: number): Lane {
  const { leftAloneUntilMs } = lane.control;
  const latestMs = session.plan?.plan.latestSafeStartMs ?? null;
  if (leftAloneUntilMs === null || latestMs === null || latestMs <= nowMs || latestMs >= leftAloneUntilMs) {
    return lane;
  }
  return laneWith(lane, { control: { ...lane.control, leftAloneUntilMs: latestMs } });
}

/** Since when charging at once is wanted and no power flows: such a car takes no more after a while. */
function noteNoPower(lane: Lane, session: CurrentSession, nowMs: number): Lane {
  const { visit } = lane;
  if (visit === null) {
    return lane;
  }
  const { wanted, held } = lane.control;
  const isWaiting =
    isAtOnce(session) && wanted === 'on' && held === undefined && lane.observed.isCharging?.value !== true;
  const noPowerSinceMs = isWaiting ? (visit.noPowerSinceMs ?? nowMs) : null;
  return noPowerSinceMs === visit.noPowerSinceMs
    ? lane
    : laneWith(lane, { visit: visitWith(visit, { noPowerSinceMs }) });
}
