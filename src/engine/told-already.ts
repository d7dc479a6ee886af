import { QUARTER_HOUR_MS } from '../domain/units.ts';
import { limitOf, takesNoMore } from './aim.ts';
import { isBelievedCharging } from './believed-state.ts';
import type { LocationPrices } from './contract.ts';
import type { CurrentSession, Lane } from './lane.ts';
import { chargedInFromMs } from './why-departure.ts';

/**
 * Whether a session would be shown, told and explained now exactly as when it was last noted. Most readings of a
 * waiting car change nothing, and making and hashing its view costs more than all the rest of a step. True only where
 * this is certain: a lane that comes fresh from the store has nothing noted, and is told in full. What was noted holds
 * for the session as the step leaves it then.
 * @param noted the session as the step found it. @param session as the step leaves it, before it is told.
 * @param parts of that session.
 */
export function isToldAlready(
  noted: CurrentSession | undefined,
  lane: Lane,
  session: CurrentSession,
  parts: ShownParts,
  nowMs: number,
): boolean {
  const note = noted === undefined ? undefined : NOTES.get(noted);
  if (noted === undefined || note === undefined || noted.told === null) {
    return false;
  }
  const isDue = session.tellAtMs !== null && nowMs >= session.tellAtMs;
  const isSameState =
    noted.told === session.told &&
    noted.history === session.history &&
    noted.storedHash === session.storedHash &&
    noted.tellAtMs === session.tellAtMs;
  const isSame =
    !isDue && isSameState && !hasEdgeBetween(lane, session, note.nowMs, nowMs) && areAlike(note.parts, parts);
  if (isSame && session !== noted) {
    NOTES.set(session, note);
  }
  return isSame;
}

/** Notes that the session was told as it is now, so that the next step can see whether anything has changed. */
export function noteTold(session: CurrentSession, parts: ShownParts, nowMs: number): void {
  NOTES.set(session, { parts, nowMs });
}

type ShownParts = readonly unknown[];

interface Note {
  readonly parts: ShownParts;
  readonly nowMs: number;
}

/** A note is about one immutable session, follows from the step that made it, and lives as long as the session. */
const NOTES = new WeakMap<CurrentSession, Note>();

/** Everything but the time that a session's view and the reason for what its car does are made from. */
export function shownParts(lane: Lane, session: CurrentSession, prices: LocationPrices | null): ShownParts {
  const { visit, observed, control, vehicle } = lane;
  const lastStep = visit?.account.steps.at(-1);
  return [
    session.isActive,
    session.locationId,
    session.aim,
    session.isFillingReserve,
    session.blocks,
    session.errors,
    session.plan?.plan,
    session.plan?.together,
    vehicle,
    lane.policies,
    lane.locations,
    prices,
    visit?.id,
    visit?.place,
    visit?.pluggedInAtMs,
    visit?.unpluggedAtMs,
    visit?.graceUntilMs,
    visit?.account,
    // The price of the last step counts up to here; what was counted before it stays as it is.
    lastStep === undefined
      ? null
      : Math.min(visit?.counter.untilMs ?? 0, lastStep.startAtMs + QUARTER_HOUR_MS),
    observed.levelPercent === null,
    isBelievedCharging(lane),
    observed.delivery?.value,
    observed.isReachable?.value,
    limitOf(lane),
    takesNoMore(lane),
    control.wanted,
    control.failureCount,
    control.nextAttemptAtMs,
    control.leftAloneUntilMs,
    control.letRunUntilMs,
    control.held,
    control.power,
    control.drawn,
  ];
}

function areAlike(before: ShownParts, now: ShownParts): boolean {
  return now.every((part, index) => Object.is(part, before[index]));
}

/**
 * Time alone changes what is shown only where a planned block begins or ends, and why a car charges also where the last
 * safe start passes or the minutes begin that are to be charged in, and whom it waits for where another car's run ends.
 */
function hasEdgeBetween(lane: Lane, session: CurrentSession, fromMs: number, toMs: number): boolean {
  const isPassed = (atMs: number): boolean => atMs > fromMs && atMs <= toMs;
  const { plan, together } = session.plan ?? {};
  if (plan === undefined) {
    return false;
  }
  const runs = [...plan.blocks, ...(together?.others ?? [])];
  return (
    runs.some(({ startAtMs, endAtMs }) => isPassed(startAtMs) || isPassed(endAtMs)) ||
    (plan.latestSafeStartMs !== null && isPassed(plan.latestSafeStartMs)) ||
    isPassed(chargedInFromMs(lane, session))
  );
}
