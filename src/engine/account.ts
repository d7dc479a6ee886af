import type { Interval } from '../domain/interval.ts';
import type { Reading } from '../domain/reading.ts';
import { POWER_HOLD_MS } from '../domain/rules.ts';
import { addEnergy, setLevel } from '../domain/statistics.ts';
import { energyWh, HOUR_MS } from '../domain/units.ts';
import type { Account, Counter, Observed } from './lane.ts';
import { levelBase, nextBase, PLAUSIBLE_MAX_KW, risenEnergy } from './level-rise.ts';
import { chargingOf } from './observe.ts';

/** Energy that one reading adds, and the time in which it flowed. */
export interface Counted {
  readonly counter: Counter;
  readonly energyWh: number;
  readonly flow: Interval;
}

/** What the counting needs of the car besides its readings. */
export interface CarFacts {
  readonly capacityWh: number;
  readonly efficiency: number;
  /** Measured or stated power; null where none is known. */
  readonly powerKw: number | null;
  /** The most that it can draw where it is; null where nothing tells. */
  readonly mostKw: number | null;
}

/** The counter of a visit that begins with a reading: nothing before it counts. */
export function newCounter(reading: Reading, atMs: number): Counter {
  return {
    untilMs: atMs,
    meterLastWh: reading.meterWh ?? null,
    meterBaseWh: reading.meterWh ?? 0,
    meterCountedWh: 0,
    levelBasePercent: reading.levelPercent ?? null,
    levelBaseAtMs: atMs,
    levelCountedWh: 0,
    carryWh: 0,
    stoppedAtMs: null,
  };
}

/**
 * Counts the energy between the last counted reading and this one, from the best source that there is: the meter,
 * the power held from the reading before, the rise of the level (sessions.md §5). The sources correct each other
 * and nothing is counted twice; a reading older than the last one counted adds nothing. That the car was idle is held
 * just as its power is: what the level does then is jitter.
 * @param before what was known before the reading. @param isCharging what the reading shows.
 */
export function countEnergy(
  counter: Counter,
  before: Observed,
  reading: Reading,
  isCharging: boolean,
  atMs: number,
  car: CarFacts,
): Counted {
  const wasCharging = before.isCharging?.value ?? false;
  if (atMs < counter.untilMs) {
    return { counter, energyWh: 0, flow: { startAtMs: counter.untilMs, endAtMs: counter.untilMs } };
  }
  const spanMs = atMs - counter.untilMs;
  const held = heldEnergy(counter, before, wasCharging, isCharging, atMs);
  const base = levelBase(counter, before, reading, held.isIdle ? counter.untilMs + held.durationMs : null);
  const risen = risenEnergy(base, reading, atMs, car, held.energyWh, wasCharging || isCharging);
  const isAllHeld = held.durationMs >= spanMs;
  const estimatedWh =
    held.energyWh +
    (isAllHeld ? 0 : Math.min(risen.energyWh, energyWh(PLAUSIBLE_MAX_KW, spanMs - held.durationMs)));

  const metered = meteredEnergy(counter, reading, estimatedWh, spanMs);
  const exactWh = metered === null ? estimatedWh + counter.carryWh : metered.energyWh;
  const wholeWh = Math.max(0, Math.floor(exactWh + ROUNDING_WH));
  const meter = metered?.counter ?? {
    meterLastWh: counter.meterLastWh,
    meterBaseWh: counter.meterBaseWh,
    meterCountedWh: counter.meterCountedWh + wholeWh,
  };
  const isLeft = metered === null && !isAllHeld && risen.isLeft;
  const level = nextBase(base, reading, wholeWh, isLeft, counter.untilMs, atMs);
  return {
    counter: {
      untilMs: atMs,
      meterLastWh: meter.meterLastWh,
      meterBaseWh: meter.meterBaseWh,
      meterCountedWh: meter.meterCountedWh,
      levelBasePercent: level.levelBasePercent,
      levelBaseAtMs: level.levelBaseAtMs,
      levelCountedWh: level.levelCountedWh,
      carryWh: metered === null ? Math.max(0, exactWh - wholeWh) : 0,
      stoppedAtMs: chargingOf(reading) === null ? counter.stoppedAtMs : null,
    },
    energyWh: wholeWh,
    flow: flowOf(counter.untilMs, atMs, wasCharging, isCharging, wholeWh, flowPower(before, reading, car)),
  };
}

/** The account with energy that flowed, and the level that the reading tells. */
export function addToAccount(
  account: Account,
  counted: Pick<Counted, 'energyWh' | 'flow'>,
  levelPercent: number | null,
  atMs: number,
): Account {
  const { energyWh: addedWh, flow } = counted;
  let steps = addEnergy(account.steps, flow, addedWh);
  if (levelPercent !== null) {
    steps = setLevel(steps, atMs, levelPercent);
  }
  const levelFromPercent = account.levelFromPercent ?? levelPercent;
  const levelToPercent = levelPercent ?? account.levelToPercent;
  const isSame =
    addedWh === 0 &&
    steps === account.steps &&
    levelFromPercent === account.levelFromPercent &&
    levelToPercent === account.levelToPercent;
  if (isSame) {
    return account;
  }
  const hours = (flow.endAtMs - flow.startAtMs) / HOUR_MS;
  return {
    fromMs: account.fromMs,
    energyWh: account.energyWh + addedWh,
    levelFromPercent,
    levelToPercent,
    steps,
    weightedPower: account.weightedPower + (hours > 0 ? (addedWh * addedWh) / (hours * 1000) : 0),
  };
}

export function newAccount(fromMs: number, levelPercent: number | null): Account {
  return {
    fromMs,
    energyWh: 0,
    levelFromPercent: levelPercent,
    levelToPercent: levelPercent,
    steps: [],
    weightedPower: 0,
  };
}

/** An edge that energy puts nearer than this to a reading is at the reading. */
const EDGE_TOLERANCE_MS = 60_000;
/** Absorbs the last bits of sums of floats, so that a whole Wh is not cut down to the one below. */
const ROUNDING_WH = 1e-6;
/** Energy of the power that the last reading told, held no longer than it may be; of a car that was idle it is none. */
function heldEnergy(
  counter: Counter,
  before: Observed,
  wasCharging: boolean,
  isCharging: boolean,
  atMs: number,
) {
  if (before.isCharging?.value === false && !isCharging) {
    return { energyWh: 0, durationMs: heldMs(counter, before.isCharging.atMs, atMs), isIdle: true };
  }
  const power = before.powerKw;
  if (!wasCharging || power === null || power.value <= 0) {
    return { energyWh: 0, durationMs: 0, isIdle: false };
  }
  const durationMs = heldMs(counter, power.atMs, Math.min(atMs, counter.stoppedAtMs ?? atMs));
  return { energyWh: energyWh(power.value, durationMs), durationMs, isIdle: false };
}

function heldMs(counter: Counter, toldAtMs: number, untilMs: number): number {
  return Math.max(0, Math.min(untilMs, toldAtMs + POWER_HOLD_MS) - counter.untilMs);
}

/** Energy by the meter less what other sources counted since it was last read; null where no meter was read. */
function meteredEnergy(counter: Counter, reading: Reading, estimatedWh: number, spanMs: number) {
  const meterWh = reading.meterWh ?? null;
  if (meterWh === null) {
    return null;
  }
  if (counter.meterLastWh === null) {
    // The first reading of a meter within the visit: from here on it counts.
    return {
      energyWh: estimatedWh,
      counter: { meterLastWh: meterWh, meterBaseWh: meterWh, meterCountedWh: 0 },
    };
  }
  if (meterWh < counter.meterLastWh) {
    // The meter was reset: what it shows flowed since, where that much can have flowed.
    const isPlausible = meterWh <= energyWh(PLAUSIBLE_MAX_KW, spanMs);
    const sinceWh = isPlausible ? Math.max(meterWh, estimatedWh) : estimatedWh;
    return { energyWh: sinceWh, counter: { meterLastWh: meterWh, meterBaseWh: meterWh, meterCountedWh: 0 } };
  }
  const dueWh = Math.max(0, Math.round(meterWh - counter.meterBaseWh) - counter.meterCountedWh);
  return {
    energyWh: dueWh,
    counter: {
      meterLastWh: meterWh,
      meterBaseWh: counter.meterBaseWh,
      meterCountedWh: counter.meterCountedWh + dueWh,
    },
  };
}

function flowPower(before: Observed, reading: Reading, car: CarFacts): number | null {
  const reported = [reading.powerKw, before.powerKw?.value].find(
    (power) => typeof power === 'number' && power > 0,
  );
  return reported ?? car.powerKw;
}

/** When the energy flowed: all the time, or the part next to the end at which the car was seen charging. */
function flowOf(
  fromMs: number,
  toMs: number,
  wasCharging: boolean,
  isCharging: boolean,
  flowedWh: number,
  powerKw: number | null,
): Interval {
  if (powerKw === null || wasCharging === isCharging) {
    return { startAtMs: fromMs, endAtMs: toMs };
  }
  const exactMs = Math.ceil((flowedWh / (powerKw * 1000)) * HOUR_MS);
  // A remainder within a minute is the rounding of power or energy: the reading itself is the better edge.
  const neededMs = toMs - fromMs - exactMs < EDGE_TOLERANCE_MS ? toMs - fromMs : exactMs;
  return wasCharging
    ? { startAtMs: fromMs, endAtMs: Math.min(toMs, fromMs + neededMs) }
    : { startAtMs: Math.max(fromMs, toMs - neededMs), endAtMs: toMs };
}
