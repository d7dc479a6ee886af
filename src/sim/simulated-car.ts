import type { Reading } from '../domain/reading.ts';
import { HOUR_MS } from '../domain/units.ts';
import { unreachable } from '../domain/unreachable.ts';
import { type Habit, type HabitEvent, nextHabitEvent } from './demo/habits.ts';
import {
  advanceTo,
  type CommandAnswer,
  command,
  drive,
  isCharging,
  nextEventAtMs,
  type Plant,
  type PlantFaults,
  plugIn,
  plugOut,
  reading,
  setFaults,
  setLevel,
  setLimit,
} from './plant.ts';

/** A car of the sandbox: what stands in its row, plain data. */
export interface SimulatedCar {
  readonly plant: Plant;
  /** It reports at whole multiples of these, so that cars report together: while charging, and while it idles. */
  readonly reportsEveryMs: { readonly charging: number; readonly idle: number };
  readonly reportsNextAtMs: number;
  /** Null: only the sandbox's user moves it. */
  readonly habit: { readonly habit: Habit; readonly homeLocationId: string } | null;
  /** The habit's events up to here have happened. */
  readonly livedUntilMs: number;
}

/** A car after something happened to it, and what it reported of that. */
export interface CarStep {
  readonly car: SimulatedCar;
  readonly readings: readonly Reading[];
}

/** What a user of the sandbox may do to a car, in the order in which it is done. */
export interface CarChange {
  readonly plugOut?: boolean;
  readonly driveWh?: number;
  readonly levelPercent?: number;
  readonly limitPercent?: number;
  readonly faults?: Partial<PlantFaults>;
  /** Null is away. */
  readonly plugInAt?: { readonly locationId: string | null };
}

/** A parked car tells nothing new for hours. */
const UNPLUGGED_REPORT_MS = HOUR_MS;
/** What a car of the demonstration uses on the road. */
const WH_PER_KILOMETRE = 175;

export function createCar(
  plant: Plant,
  reportsEveryMs: SimulatedCar['reportsEveryMs'],
  habit: SimulatedCar['habit'] = null,
): CarStep {
  return reported({ plant, reportsEveryMs, reportsNextAtMs: plant.atMs, habit, livedUntilMs: plant.atMs });
}

/** When something is due next: a report, a change of the car's own, or what its user does. */
export function nextCarEventAtMs(car: SimulatedCar): number {
  return Math.min(
    car.reportsNextAtMs,
    nextEventAtMs(car.plant) ?? Number.POSITIVE_INFINITY,
    nextHabit(car)?.atMs ?? Number.POSITIVE_INFINITY,
  );
}

/** Lives up to an instant, which is the next event's or lies before it, and reports what is new or due then. */
export function runCar(car: SimulatedCar, nowMs: number): CarStep {
  const isDue = nextCarEventAtMs(car) <= nowMs;
  const lived = liveHabit({ ...car, plant: advanceTo(car.plant, nowMs) }, nowMs);
  return isDue ? reported(lived) : { car: lived, readings: [] };
}

/** @returns a refusal where the car is not in a state for the change: it is plugged in and should drive. */
export function changeCar(
  car: SimulatedCar,
  nowMs: number,
  change: CarChange,
): CarStep | { readonly refusal: string } {
  let plant = advanceTo(car.plant, nowMs);
  if (change.plugOut === true) plant = plugOut(plant, nowMs);
  if (change.driveWh !== undefined) {
    if (plant.isPluggedIn)
      return { refusal: 'the car is plugged in: it cannot drive before it is plugged out' };
    plant = drive(plant, nowMs, change.driveWh);
  }
  if (change.levelPercent !== undefined) plant = setLevel(plant, nowMs, change.levelPercent);
  if (change.limitPercent !== undefined) plant = setLimit(plant, nowMs, change.limitPercent);
  if (change.faults !== undefined) plant = setFaults(plant, nowMs, change.faults);
  if (change.plugInAt !== undefined) {
    if (plant.isPluggedIn) return { refusal: 'the car is plugged in already; plug it out first' };
    plant = plugIn(plant, nowMs, change.plugInAt.locationId);
  }
  return reported({ ...car, plant });
}

/** Gives the car a start, with a power or without, or a stop; when it obeys it reports at once. */
export function commandCar(
  car: SimulatedCar,
  nowMs: number,
  kind: 'START' | 'STOP',
  powerKw: number | null = null,
): CarStep & { readonly answer: CommandAnswer } {
  const { plant, answer } = command(advanceTo(car.plant, nowMs), nowMs, kind, powerKw);
  const after = { ...car, plant };
  return answer === 'DONE' ? { ...reported(after), answer } : { car: after, readings: [], answer };
}

function reported(car: SimulatedCar): CarStep {
  const { plant } = car;
  const everyMs = isCharging(plant)
    ? car.reportsEveryMs.charging
    : plant.isPluggedIn
      ? car.reportsEveryMs.idle
      : Math.max(car.reportsEveryMs.idle, UNPLUGGED_REPORT_MS);
  const reportsNextAtMs = (Math.floor(plant.atMs / everyMs) + 1) * everyMs;
  return { car: { ...car, reportsNextAtMs }, readings: [reading(plant, plant.atMs)] };
}

function nextHabit(car: SimulatedCar): HabitEvent | null {
  return car.habit === null ? null : nextHabitEvent(car.habit.habit, car.livedUntilMs);
}

function liveHabit(car: SimulatedCar, nowMs: number): SimulatedCar {
  const event = nextHabit(car);
  if (event === null || car.habit === null || event.atMs > nowMs) return car;
  const plant = followed(car.plant, nowMs, event, car.habit.homeLocationId);
  return liveHabit({ ...car, plant, livedUntilMs: event.atMs }, nowMs);
}

function followed(plant: Plant, nowMs: number, event: HabitEvent, homeLocationId: string): Plant {
  switch (event.kind) {
    case 'leave':
    case 'plug-out-away':
      return plugOut(plant, nowMs);
    case 'plug-in-away':
      return plugIn(driven(plant, nowMs, event.kilometres), nowMs, null);
    case 'come-home': {
      const home = driven(plant, nowMs, event.kilometres);
      return event.plugsIn ? plugIn(home, nowMs, homeLocationId) : home;
    }
    default:
      return unreachable(event);
  }
}

function driven(plant: Plant, nowMs: number, kilometres: number): Plant {
  // Somebody may have moved the car by hand in the meantime.
  return drive(plugOut(plant, nowMs), nowMs, kilometres * WH_PER_KILOMETRE);
}
