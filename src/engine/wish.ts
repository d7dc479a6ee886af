import { takesNoMore } from './aim.ts';
import type { CommandCause } from './contract.ts';
import { hasPower, inSteps, leastPowerKw } from './held-power.ts';
import type { Control, CurrentSession, Lane } from './lane.ts';

/** What is wanted of the car now, why, and until when the command for it makes sense. */
export interface Wish {
  readonly wanted: Control['wanted'];
  readonly cause: CommandCause;
  readonly sessionId: string | null;
  /** What the car is to be held to while it charges, kW in the steps of commands; null: all that it takes. */
  readonly powerKw: number | null;
  /** The next instant at which the wish may change. */
  readonly edgeAtMs: number | null;
}

/** What the plan of the session that is being charged wants at an instant; nothing where the car is not ours. */
export function wishOf(lane: Lane, session: CurrentSession | null, nowMs: number): Wish {
  const { visit, control } = lane;
  if (visit === null || visit.unpluggedAtMs !== null) {
    return NO_WISH;
  }
  if (session === null) {
    const isReleasing =
      control.releaseUntilMs !== null && nowMs < control.releaseUntilMs && !takesNoMore(lane);
    return isReleasing || isHeldBack(lane)
      ? { ...NO_WISH, wanted: 'on', cause: 'RELEASE', edgeAtMs: control.releaseUntilMs }
      : NO_WISH;
  }
  const blocks = session.plan?.plan.blocks ?? [];
  const edgeAtMs = nextEdge(blocks, nowMs);
  const running = blocks.find((block) => block.startAtMs <= nowMs && nowMs < block.endAtMs);
  if (running !== undefined && !takesNoMore(lane)) {
    const isHeld = running.powerKw !== undefined && leastPowerKw(lane) !== null;
    const powerKw = isHeld ? inSteps(running.powerKw) : null;
    const cause = causeOfStart(session, running.type);
    return { wanted: 'on', cause, sessionId: session.id, powerKw, edgeAtMs };
  }
  if (control.letRunUntilMs !== null && nowMs < control.letRunUntilMs) {
    return { ...NO_WISH, sessionId: session.id, edgeAtMs };
  }
  const cause = session.aim.isMet ? 'TARGET_MET' : 'PLAN';
  return { wanted: 'off', cause, sessionId: session.id, powerKw: null, edgeAtMs };
}

const NO_WISH: Wish = { wanted: 'free', cause: 'PLAN', sessionId: null, powerKw: null, edgeAtMs: null };

/** A car that nobody plans for charges with a power that it was held to: that is taken away. */
function isHeldBack({ observed, control }: Lane): boolean {
  return observed.isCharging?.value === true && !hasPower(control, null);
}

function causeOfStart(session: CurrentSession, type: 'BATTERY_RESERVE' | 'REGULAR'): CommandCause {
  if (session.aim.target?.kind === 'IMMEDIATE_START') {
    return 'IMMEDIATE';
  }
  if (type === 'BATTERY_RESERVE') {
    return 'RESERVE';
  }
  return session.aim.isLate ? 'MISSED' : 'PLAN';
}

function nextEdge(blocks: readonly { startAtMs: number; endAtMs: number }[], nowMs: number): number | null {
  for (const { startAtMs, endAtMs } of blocks) {
    if (startAtMs > nowMs) {
      return startAtMs;
    }
    if (endAtMs > nowMs) {
      return endAtMs;
    }
  }
  return null;
}
