import type { Reading } from '../domain/reading.ts';
import { LEVEL_KEPT_MS, OWN_START_RUN_MS, REPLUG_GRACE_MS } from '../domain/rules.ts';
import { addToAccount, countEnergy, newAccount, newCounter } from './account.ts';
import { judgeLevel } from './aim.ts';
import { believe, meanOverHeld, noiseAfter } from './belief.ts';
import { growBlocks, splitBlocks } from './blocks.ts';
import { capacityOf, efficiencyOf, isPowerUnknown, mostPowerKw } from './car.ts';
import type { Effects } from './effects.ts';
import { holdingBack } from './held-power.ts';
import type { Lane, Observed, Visit } from './lane.ts';
import { learn } from './learn.ts';
import { activeSession, attach, beginUnmanaged, endVisit, settle, withSession } from './lifecycle.ts';
import { chargingOf, observe, pluggedInOf, tellsOfCharge } from './observe.ts';
import { laneWith, visitWith, withBlocks } from './parts.ts';
import { isElsewhere, isSamePlace, placeAtPlugIn, placeInferred, placeTold } from './place.ts';
import { typeOf } from './view.ts';

/** The lane after a reading: what it observed, the visit that it begins, continues or ends, and the energy that it shows. */
export function takeReading(lane: Lane, reading: Reading, receivedAtMs: number, effects: Effects): Lane {
  const atMs = Math.min(reading.observedAtMs, receivedAtMs);
  const before = lane.observed;
  const seen = laneWith(lane, { observed: observe(before, reading, atMs, receivedAtMs) });
  const isLate = (before.isPluggedIn?.atMs ?? Number.NEGATIVE_INFINITY) > atMs;
  if (isLate) {
    return seen;
  }
  const isPluggedIn = pluggedInOf(reading);
  const { visit } = seen;
  if (visit === null) {
    return isPluggedIn === true ? beginVisit(seen, reading, atMs, effects) : seen;
  }
  if (visit.unpluggedAtMs !== null) {
    return afterUnplug(seen, visit, visit.unpluggedAtMs, before, reading, isPluggedIn, atMs, effects);
  }
  if (isPluggedIn !== false && isElsewhere(seen, visit, reading)) {
    // The plug-out was never seen: the visit ended when the car was last seen plugged in there.
    const ended = endVisit(seen, visit.lastPluggedAtMs, effects);
    return isPluggedIn === true ? beginVisit(ended, reading, atMs, effects) : ended;
  }
  const counted = count(seen, visit, before, reading, atMs);
  if (isPluggedIn === false) {
    return unplug(counted, atMs, receivedAtMs);
  }
  return judge(placed(counted, reading, effects), atMs);
}

/** What time alone does to a visit: the place is decided, the grace ends, silence ends it. */
export function passVisitTime(lane: Lane, silentEndMs: number, effects: Effects): Lane {
  const { visit } = lane;
  const { nowMs } = effects;
  if (visit === null) {
    return lane;
  }
  if (visit.graceUntilMs !== null && visit.graceUntilMs <= nowMs) {
    return endVisit(lane, visit.unpluggedAtMs ?? nowMs, effects);
  }
  const heardAtMs = lane.observed.lastHeardAtMs;
  if (heardAtMs !== null && nowMs - heardAtMs >= silentEndMs) {
    return endVisit(lane, visit.lastPluggedAtMs, effects);
  }
  if (visit.place.kind === 'pending' && visit.place.untilMs <= nowMs && visit.unpluggedAtMs === null) {
    return attach(
      laneWith(lane, { visit: visitWith(visit, { place: placeInferred(lane) }) }),
      false,
      effects,
    );
  }
  return lane;
}

function beginVisit(before: Lane, reading: Reading, atMs: number, effects: Effects): Lane {
  const lane = forgetOldLevel(before, atMs);
  const level = lane.observed.levelPercent;
  const levelPercent = reading.levelPercent ?? null;
  const place = placeAtPlugIn(lane, reading, effects.nowMs);
  const isCharging = chargingOf(reading) === true;
  const visit: Visit = {
    id: effects.context.newId(),
    pluggedInAtMs: atMs,
    place,
    odometerKm: reading.odometerKm ?? lane.observed.odometerKm?.value ?? null,
    lastPluggedAtMs: atMs,
    unpluggedAtMs: null,
    graceUntilMs: null,
    counter: newCounter(reading, atMs),
    account: newAccount(atMs, levelPercent),
    unmanaged: newAccount(atMs, levelPercent),
    pendingBlocks: isCharging
      ? [{ type: 'REGULAR', startAtMs: atMs, endAtMs: atMs, isRunning: true, energyWh: 0 }]
      : [],
    hasManagedRecord: false,
    risingFrom: null,
    beliefPercent: levelPercent ?? level?.value ?? null,
    levelNoisePercent: 0,
    noPowerSinceMs: null,
  };
  const isUnmeasured = place.kind === 'at' && isPowerUnknown(lane, place.locationId);
  const control = {
    ...lane.control,
    isOwnRun: isCharging,
    letRunUntilMs: isCharging && isUnmeasured ? atMs + OWN_START_RUN_MS : null,
  };
  const limitPercent = lane.observed.chargeLimitPercent?.value ?? null;
  const chargeLimits = withLimit(lane, place.kind === 'at' ? place.locationId : null, limitPercent);
  return attach(laneWith(lane, { visit, control, chargeLimits }), false, effects);
}

/** A level from before the drive is not the level at plug-in, unless the car was gone for moments only. */
function forgetOldLevel(lane: Lane, atMs: number): Lane {
  const { levelPercent } = lane.observed;
  const isOld =
    levelPercent !== null &&
    lane.lastPlace !== null &&
    levelPercent.atMs <= lane.lastPlace.endedAtMs &&
    atMs - levelPercent.atMs > LEVEL_KEPT_MS;
  return isOld ? laneWith(lane, { observed: { ...lane.observed, levelPercent: null } }) : lane;
}

/** Readings of a car that was unplugged a moment ago: a replug within the grace continues the visit. */
function afterUnplug(
  lane: Lane,
  visit: Visit,
  unpluggedAtMs: number,
  before: Observed,
  reading: Reading,
  isPluggedIn: boolean | null,
  atMs: number,
  effects: Effects,
): Lane {
  if (isPluggedIn !== true) {
    return lane;
  }
  const told = placeTold(lane, reading);
  const isSame = told === null || visit.place.kind === 'pending' || isSamePlace(told, visit.place);
  if (atMs - unpluggedAtMs > REPLUG_GRACE_MS || !isSame || isElsewhere(lane, visit, reading)) {
    return beginVisit(endVisit(lane, unpluggedAtMs, effects), reading, atMs, effects);
  }
  const replugged = visitWith(visit, { unpluggedAtMs: null, graceUntilMs: null });
  const counted = count(
    laneWith(lane, { visit: replugged }),
    replugged,
    { ...before, isCharging: null },
    reading,
    atMs,
  );
  return judge(attach(placed(counted, reading, effects), false, effects), atMs);
}

function unplug(lane: Lane, atMs: number, receivedAtMs: number): Lane {
  const { visit } = lane;
  if (visit === null) {
    return lane;
  }
  const graceUntilMs = receivedAtMs + REPLUG_GRACE_MS;
  return laneWith(lane, {
    visit: visitWith(visit, { unpluggedAtMs: atMs, graceUntilMs, noPowerSinceMs: null }),
  });
}

/** Counts the energy that the reading shows, into the visit, its unmanaged stretch and its blocks. */
function count(lane: Lane, visit: Visit, before: Observed, reading: Reading, atMs: number): Lane {
  if (atMs < visit.counter.untilMs) {
    // Counting only moves forward: what came late fills nothing and says nothing of the present.
    return lane;
  }
  const place = visit.place.kind === 'at' ? visit.place.locationId : null;
  const chargeLimits = withLimit(lane, place, reading.chargeLimitPercent ?? null);
  if (!tellsOfCharge(reading)) {
    // The time since the last reading that did is filled by the next one that does.
    return laneWith(lane, { chargeLimits });
  }
  const isPlugged = pluggedInOf(reading) !== false;
  const isCharging = isPlugged && (chargingOf(reading) ?? before.isCharging?.value ?? false);
  const ownKw = (place === null ? undefined : lane.learned[place]?.powerKw) ?? lane.vehicle.powerKw;
  const heldKw = holdingBack(lane.control)?.toKw ?? Number.POSITIVE_INFINITY;
  const facts = {
    capacityWh: capacityOf(lane),
    efficiency: efficiencyOf(lane),
    powerKw: ownKw === null ? null : Math.min(ownKw, heldKw),
    mostKw: place === null ? null : mostPowerKw(lane, place),
  };
  const counted = countEnergy(visit.counter, before, reading, isCharging, atMs, facts);
  const { flow, energyWh } = counted;
  const level = shownLevel(visit, reading, isPlugged);
  const session = activeSession(lane);
  const levelNoisePercent = noiseAfter(visit, before, reading);
  const grown = visitWith(visit, {
    counter: counted.counter,
    lastPluggedAtMs: isPlugged ? atMs : visit.lastPluggedAtMs,
    account: addToAccount(visit.account, counted, level, atMs),
    unmanaged: visit.unmanaged === null ? null : addToAccount(visit.unmanaged, counted, level, atMs),
    pendingBlocks:
      session === null
        ? growBlocks(visit.pendingBlocks, flow, energyWh, isCharging, 'REGULAR', atMs)
        : visit.pendingBlocks,
    beliefPercent: believe(visit.beliefPercent, {
      flowedWh: energyWh * meanOverHeld(visit, before, reading, isCharging),
      levelPercent: reading.levelPercent ?? null,
      levelStepPercent: lane.observed.levelStepPercent,
      noisePercent: levelNoisePercent,
      ...facts,
    }),
    levelNoisePercent,
  });
  const wasCharging = before.isCharging?.value === true;
  const measured = { visit, before, reading, isCharging, atMs, energyWh };
  const learned = learn(laneWith(lane, { visit: grown }), grown, measured);
  const hasBegun = isCharging && !wasCharging && learned.control.wanted !== 'on';
  const isOwnRun = isCharging && (hasBegun || learned.control.isOwnRun);
  const control = isOwnRun === learned.control.isOwnRun ? learned.control : { ...learned.control, isOwnRun };
  const moved = laneWith(learned, { control, chargeLimits });
  return session === null
    ? moved
    : withSession(
        moved,
        withBlocks(session, growBlocks(session.blocks, flow, energyWh, isCharging, typeOf(session), atMs)),
      );
}

/** The charge limits last seen at each location, with one that was seen now. */
function withLimit(
  { chargeLimits }: Lane,
  locationId: string | null,
  limitPercent: number | null,
): Lane['chargeLimits'] {
  const isNews = locationId !== null && limitPercent !== null && chargeLimits[locationId] !== limitPercent;
  return isNews ? { ...chargeLimits, [locationId]: limitPercent } : chargeLimits;
}

/** A level at plug-out counts only where it is no lower: by then the car may have been driven. */
function shownLevel(visit: Visit, reading: Reading, isPlugged: boolean): number | null {
  const level = reading.levelPercent ?? null;
  const last = visit.account.levelToPercent;
  return level !== null && !isPlugged && last !== null && level < last ? null : level;
}

/** A place that is told during the visit decides anew; one that was told before is left only by a plug-out. */
function placed(lane: Lane, reading: Reading, effects: Effects): Lane {
  const { visit } = lane;
  const told = placeTold(lane, reading);
  if (visit === null || told === null) {
    return lane;
  }
  if (visit.place.kind !== 'pending' && (visit.place.isTold || isSamePlace(told, visit.place))) {
    return visit.place.isTold ? lane : laneWith(lane, { visit: visitWith(visit, { place: told }) });
  }
  const session = activeSession(lane);
  const left = session === null ? lane : settle(lane, session, effects.nowMs, 'PLUGGED_IN', effects);
  const moved = left.visit === null ? visit : visitWith(left.visit, { place: told });
  const unmanaged = session === null ? moved : beginUnmanaged(moved, effects.nowMs);
  return attach(laneWith(left, { visit: unmanaged }), false, effects);
}

function judge(lane: Lane, atMs: number): Lane {
  const session = activeSession(lane);
  if (session === null) {
    return lane;
  }
  const judged = judgeLevel(lane, session, atMs, false);
  return withSession(lane, withBlocks(judged, splitBlocks(judged.blocks, typeOf(judged))));
}
