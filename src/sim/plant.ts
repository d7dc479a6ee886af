import assert from 'node:assert';
import type { Reading } from '../domain/reading.ts';
import {
  type ChargeModel,
  deliveredMillijoules,
  durationForMs,
  heldModel,
  MILLIJOULES_PER_WH,
  powerAtW,
} from './charge-model.ts';

/** What goes wrong with a simulated car. */
export interface PlantFaults {
  /** Its readings say only that it cannot be reached, and commands do not arrive. */
  readonly isUnreachable: boolean;
  readonly refusesCommands: boolean;
  /** It starts and stops as it is told, but refuses a start with a power. */
  readonly refusesPower?: boolean;
  /** It takes a start with a power, and draws all that it takes. */
  readonly ignoresPower?: boolean;
  readonly startsAtPlugIn: boolean;
  /** The car's own timer: it starts by itself then, if it is plugged in. */
  readonly startsAtMs: number | null;
}

/** How finely the car tells what it knows; null steps tell it exactly. */
export interface PlantReport {
  readonly levelStepPercent: number | null;
  readonly powerStepKw: number | null;
  readonly hasMeter: boolean;
}

/** A simulated car and its charger: plain data. The verbs of this file move it on and give a new one. */
export interface Plant {
  readonly model: ChargeModel;
  readonly report: PlantReport;
  readonly faults: PlantFaults;
  readonly locationId: string | null;
  readonly atMs: number;
  readonly isPluggedIn: boolean;
  /** Told to charge, or doing so by itself; it charges while it is plugged in and below its limit. */
  readonly isOn: boolean;
  readonly limitPercent: number;
  /** What it was told to draw at most, whole W, until it is told otherwise; null: all that it takes. */
  readonly heldW: number | null;
  /** Where meter and battery stood at the last change; all that came since follows from the charge model. */
  readonly sinceChange: {
    readonly atMs: number;
    readonly meterMillijoules: number;
    readonly batteryMillijoules: number;
  };
}

export type CommandAnswer = 'DONE' | 'REFUSED' | 'UNREACHABLE';

const NO_FAULTS: PlantFaults = {
  isUnreachable: false,
  refusesCommands: false,
  startsAtPlugIn: false,
  startsAtMs: null,
};

/** A car that is unplugged, off, and without faults. */
export function createPlant(given: {
  readonly atMs: number;
  readonly model: ChargeModel;
  readonly levelPercent: number;
  readonly limitPercent?: number;
  readonly locationId?: string | null;
  readonly report?: PlantReport;
}): Plant {
  const { model } = given;
  assert(
    Number.isInteger(model.powerW) && model.powerW > 0,
    `expected a power in whole W, got ${model.powerW}`,
  );
  return {
    model,
    report: given.report ?? { levelStepPercent: null, powerStepKw: null, hasMeter: true },
    faults: NO_FAULTS,
    locationId: given.locationId ?? null,
    atMs: given.atMs,
    isPluggedIn: false,
    isOn: false,
    limitPercent: given.limitPercent ?? 100,
    heldW: null,
    sinceChange: {
      atMs: given.atMs,
      meterMillijoules: 0,
      batteryMillijoules: batteryAt(model, given.levelPercent),
    },
  };
}

/** The plant at a later instant, its own timer followed on the way. */
export function advanceTo(plant: Plant, atMs: number): Plant {
  assert(atMs >= plant.atMs, `a plant cannot go back from ${plant.atMs} to ${atMs}`);
  const ownStartAtMs = plant.faults.startsAtMs;
  if (ownStartAtMs === null || ownStartAtMs > atMs)
    return atMs === plant.atMs ? plant : plantWith(plant, { atMs });
  const started = changed(plantWith(plant, { atMs: Math.max(ownStartAtMs, plant.atMs) }), {
    isOn: plant.isPluggedIn,
  });
  return plantWith(started, { atMs, faults: { ...plant.faults, startsAtMs: null } });
}

export function plugIn(plant: Plant, atMs: number, locationId: string | null): Plant {
  const now = advanceTo(plant, atMs);
  return changed(now, { isPluggedIn: true, isOn: now.faults.startsAtPlugIn, locationId });
}

export function plugOut(plant: Plant, atMs: number): Plant {
  return changed(advanceTo(plant, atMs), { isPluggedIn: false, isOn: false });
}

/**
 * A start or stop from outside, and what became of it. An unplugged car refuses.
 * @param powerKw of a start: the most that it may draw from now on; null: all that it takes.
 */
export function command(
  plant: Plant,
  atMs: number,
  kind: 'START' | 'STOP',
  powerKw: number | null = null,
): { readonly plant: Plant; readonly answer: CommandAnswer } {
  const now = advanceTo(plant, atMs);
  if (now.faults.isUnreachable) return { plant: now, answer: 'UNREACHABLE' };
  const isRefused = now.faults.refusesCommands || (powerKw !== null && now.faults.refusesPower === true);
  if (isRefused || !now.isPluggedIn) return { plant: now, answer: 'REFUSED' };
  return {
    plant: changed(now, { isOn: kind === 'START', ...heldAfter(now, kind, powerKw) }),
    answer: 'DONE',
  };
}

export function setLevel(plant: Plant, atMs: number, levelPercent: number): Plant {
  const now = changed(advanceTo(plant, atMs), {});
  const batteryMillijoules = batteryAt(now.model, levelPercent);
  return plantWith(now, { sinceChange: { ...now.sinceChange, batteryMillijoules } });
}

/** Sets the car's own limit of charging; a car that is still on goes on when the limit is raised. */
export function setLimit(plant: Plant, atMs: number, limitPercent: number): Plant {
  return changed(advanceTo(plant, atMs), { limitPercent });
}

/** Takes energy out of the battery, as far as there is any, and the car to no known place. */
export function drive(plant: Plant, atMs: number, usedWh: number): Plant {
  assert(!plant.isPluggedIn, 'a plugged-in car cannot drive');
  const now = plantWith(advanceTo(plant, atMs), { locationId: null });
  const usedPercent = (100 * usedWh) / now.model.capacityWh;
  return setLevel(now, atMs, Math.max(0, levelPercentOf(now) - usedPercent));
}

export function setFaults(plant: Plant, atMs: number, faults: Partial<PlantFaults>): Plant {
  const now = advanceTo(plant, atMs);
  return plantWith(now, { faults: { ...now.faults, ...faults } });
}

/** Another battery or charger from now on; the level and the meter stay. */
export function setModel(plant: Plant, atMs: number, model: ChargeModel): Plant {
  const now = advanceTo(plant, atMs);
  const levelPercent = levelPercentOf(now);
  return setLevel(plantWith(changed(now, {}), { model }), atMs, levelPercent);
}

/** When the plant next changes by itself: full, at its limit, or its own timer; null when it will not. */
export function nextEventAtMs(plant: Plant): number | null {
  const doneAtMs = isCharging(plant) ? doneChargingAtMs(plant) : null;
  const ownStartAtMs = plant.isPluggedIn ? plant.faults.startsAtMs : null;
  if (doneAtMs === null || ownStartAtMs === null) return doneAtMs ?? ownStartAtMs;
  return Math.min(doneAtMs, ownStartAtMs);
}

export function isCharging(plant: Plant): boolean {
  return plant.isPluggedIn && plant.isOn && plant.atMs < doneChargingAtMs(plant);
}

/** What it draws at its instant, kW at the plug. */
export function drawnKwOf(plant: Plant): number {
  return isCharging(plant) ? powerAtW(modelOf(plant), levelPercentOf(plant)) / 1000 : 0;
}

export function levelPercentOf(plant: Plant): number {
  const stored = plant.sinceChange.batteryMillijoules + plant.model.efficiency * deliveredSinceChange(plant);
  return (100 * stored) / (plant.model.capacityWh * MILLIJOULES_PER_WH);
}

/** All energy that ever went through the plug, whole millijoules. */
export function meterMillijoulesOf(plant: Plant): number {
  return plant.sinceChange.meterMillijoules + deliveredSinceChange(plant);
}

/** What the car tells at an instant, as finely as it tells it. */
export function reading(plant: Plant, atMs: number): Reading {
  const now = advanceTo(plant, atMs);
  if (now.faults.isUnreachable) return { observedAtMs: atMs, isReachable: false };
  const level = levelPercentOf(now);
  return {
    observedAtMs: atMs,
    isReachable: true,
    isPluggedIn: now.isPluggedIn,
    powerDeliveryState: deliveryState(now),
    levelPercent: toStep(level, now.report.levelStepPercent),
    powerKw: toStep(drawnKwOf(now), now.report.powerStepKw),
    chargeLimitPercent: now.limitPercent,
    ...(now.report.hasMeter ? { meterWh: meterMillijoulesOf(now) / MILLIJOULES_PER_WH } : {}),
    ...(now.locationId === null ? {} : { locationId: now.locationId }),
  };
}

function deliveryState(plant: Plant): NonNullable<Reading['powerDeliveryState']> {
  if (!plant.isPluggedIn) return 'UNPLUGGED';
  if (isCharging(plant)) return 'PLUGGED_IN:CHARGING';
  // The energy to the limit is rounded up to a millijoule, so a full car is never below its limit.
  return levelPercentOf(plant) >= plant.limitPercent ? 'PLUGGED_IN:COMPLETE' : 'PLUGGED_IN:STOPPED';
}

/** What a start makes of the power that it is held to; a stop leaves it. */
function heldAfter(plant: Plant, kind: 'START' | 'STOP', powerKw: number | null): Pick<Plant, 'heldW'> {
  if (kind === 'STOP' || plant.faults.ignoresPower === true) return { heldW: plant.heldW };
  return { heldW: powerKw === null ? null : Math.round(powerKw * 1000) };
}

/** The charge model with what it is held to now. */
function modelOf({ model, heldW }: Plant): ChargeModel {
  return heldW === null ? model : heldModel(model, heldW);
}

type Change = Partial<Pick<Plant, 'isPluggedIn' | 'isOn' | 'limitPercent' | 'locationId' | 'heldW'>>;

function changed(plant: Plant, change: Change): Plant {
  const sinceChange = {
    atMs: plant.atMs,
    meterMillijoules: meterMillijoulesOf(plant),
    batteryMillijoules:
      plant.sinceChange.batteryMillijoules + plant.model.efficiency * deliveredSinceChange(plant),
  };
  return plantWith(plantWith(plant, change), { sinceChange });
}

/** A copy with some parts exchanged, every key written out: copies of one shape are made and read fastest. */
function plantWith(
  plant: Plant,
  {
    model = plant.model,
    report = plant.report,
    faults = plant.faults,
    locationId = plant.locationId,
    atMs = plant.atMs,
    isPluggedIn = plant.isPluggedIn,
    isOn = plant.isOn,
    limitPercent = plant.limitPercent,
    heldW = plant.heldW,
    sinceChange = plant.sinceChange,
  }: Partial<Plant>,
): Required<Plant> {
  return { model, report, faults, locationId, atMs, isPluggedIn, isOn, limitPercent, heldW, sinceChange };
}

function deliveredSinceChange(plant: Plant): number {
  if (!plant.isPluggedIn || !plant.isOn || plant.atMs === plant.sinceChange.atMs) return 0;
  return Math.min(
    deliveredMillijoules(modelOf(plant), levelAtChange(plant), plant.atMs - plant.sinceChange.atMs),
    millijoulesToLimit(plant),
  );
}

function doneChargingAtMs(plant: Plant): number {
  const left = millijoulesToLimit(plant);
  return (
    plant.sinceChange.atMs + (left === 0 ? 0 : durationForMs(modelOf(plant), levelAtChange(plant), left))
  );
}

function levelAtChange(plant: Plant): number {
  return (100 * plant.sinceChange.batteryMillijoules) / (plant.model.capacityWh * MILLIJOULES_PER_WH);
}

/** Energy at the plug from the last change to the limit. */
function millijoulesToLimit(plant: Plant): number {
  const room = batteryAt(plant.model, plant.limitPercent) - plant.sinceChange.batteryMillijoules;
  return room <= 0 ? 0 : Math.ceil(room / plant.model.efficiency);
}

function batteryAt(model: ChargeModel, levelPercent: number): number {
  return (levelPercent / 100) * model.capacityWh * MILLIJOULES_PER_WH;
}

function toStep(value: number, step: number | null): number {
  if (step === null) return value;
  // Multiplying by the inverse keeps decimal steps clean: 0.1 x 3 is not 0.3.
  const perUnit = Math.round(1 / step);
  return Math.round(value * perUnit) / perUnit;
}
