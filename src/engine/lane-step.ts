import type { HistoryCause } from '../domain/history.ts';
import { causeOf } from './cause.ts';
import type { Advance, LaneContext, LaneInput } from './contract.ts';
import { type Effects, newEffects, outputsOf } from './effects.ts';
import { recordHistory, type Undisturbed } from './history.ts';
import type { Lane } from './lane.ts';
import { withSession } from './lifecycle.ts';
import { tellsOfCharge } from './observe.ts';
import { laneWith } from './parts.ts';
import { seePower } from './see-power.ts';
import { takeIn } from './take-in.ts';
import { tell } from './tell.ts';
import { nextTimer } from './timer.ts';
import { isToldAlready, noteTold, shownParts } from './told-already.ts';
import { viewOf } from './view.ts';

/** One lane in the middle of its step: its inputs are taken in, its car is not steered yet. */
export interface LaneStep {
  /** The lane as the step found it. */
  readonly before: Lane;
  readonly lane: Lane;
  readonly inputs: readonly LaneInput[];
  /** The vehicle was silent or unreachable, and a reading has come. */
  readonly isHeardAgain: boolean;
  readonly effects: Effects;
}

/** The first half of a step: what happened and the time that passed. */
export function beginStep(
  lane: Lane,
  inputs: readonly LaneInput[],
  context: LaneContext,
  nowMs: number,
): LaneStep {
  const effects = newEffects(context, nowMs);
  const isHeardAgain = inputs.some((input) => isHeardAgainBy(lane, input, nowMs));
  const taken = seePower(takeIn(lane, inputs, effects), effects);
  return { before: lane, lane: taken, inputs, isHeardAgain, effects };
}

/** A step whose car was steered. */
export interface SteeredStep extends LaneStep {
  readonly steered: Lane;
  /** Another car at its location took something in, and it did not. */
  readonly isOthers: boolean;
}

/**
 * The last of a step: what is to be stored, explained and told of a lane whose car was steered.
 * @param undisturbed the same step without what was told of cars; null where nothing was.
 */
export function endStep(step: SteeredStep, undisturbed: () => SteeredStep | null): Advance {
  const { before, steered, effects } = step;
  const { nowMs } = effects;
  const explain: Explain = {
    cause: () => causeOfStep(step),
    undisturbed: () => {
      const without = undisturbed();
      return without === null ? null : { lane: without.steered, cause: causeOfStep(without) };
    },
  };
  const lane = tellAll(before, laneWith(steered, { steppedAtMs: nowMs }), explain, effects);
  return { lane, timerAtMs: nextTimer(lane, nowMs), ...outputsOf(effects) };
}

interface Explain {
  readonly cause: () => HistoryCause;
  readonly undisturbed: () => Undisturbed | null;
}

function causeOfStep({ before, steered, inputs, isOthers }: SteeredStep): HistoryCause {
  return isOthers ? 'OTHER_CAR' : causeOf(before, steered, inputs);
}

/** Stores, tells and explains each session in which something has changed since the step began with `before`. */
function tellAll(before: Lane, lane: Lane, { cause, undisturbed }: Explain, effects: Effects): Lane {
  const { context, nowMs } = effects;
  let moved = lane;
  for (const session of Object.values(lane.current)) {
    const prices = session.isActive ? context.pricesAt(session.locationId) : null;
    const parts = shownParts(lane, session, prices);
    if (isToldAlready(before.current[session.policyId], lane, session, parts, nowMs)) {
      continue;
    }
    const view = viewOf(lane, session, context.pricesAt, nowMs);
    const visitId = session.isActive ? (lane.visit?.id ?? null) : null;
    const known = recordHistory(lane, session, view, cause(), undisturbed, effects);
    const told = tell(known, view, { visitId, isShown: true, hidesVisit: false }, effects);
    noteTold(told, parts, nowMs);
    moved = told === session ? moved : withSession(moved, told);
  }
  return moved;
}

/** What shows that the car, and not just a cloud that speaks for it, is heard of again. */
function isHeardAgainBy({ observed }: Lane, input: LaneInput, nowMs: number): boolean {
  if (input.kind !== 'reading' || input.reading.isReachable === false) {
    return false;
  }
  const { isReachable, lastToldAtMs } = observed;
  const wasSilent = lastToldAtMs !== null && nowMs - lastToldAtMs > HEARD_AGAIN_MS;
  return isReachable?.value === false || (wasSilent && tellsOfCharge(input.reading));
}

/** A car that was silent for longer than this is heard of again by its next reading. */
const HEARD_AGAIN_MS = 15 * 60_000;
