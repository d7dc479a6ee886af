import { no, type Result, yes } from '../app/result.ts';
import { readLocationUsers } from '../store/locations.ts';
import { type CarRow, readCar } from '../store/sandbox.ts';
import { readVehicle } from '../store/vehicles.ts';
import type { SimulatedCarPatch, WireSimulatedCar } from '../wire/sandbox.ts';
import { toInstant, toKwh } from '../wire/scalars.ts';
import { MILLIJOULES_PER_WH } from './charge-model.ts';
import { isCharging, levelPercentOf, meterMillijoulesOf, type Plant, type PlantFaults } from './plant.ts';
import { saveCarSteps } from './run-due-cars.ts';
import type { Sandbox } from './sandbox.ts';
import { type CarChange, changeCar, type SimulatedCar } from './simulated-car.ts';

/** Plugs a simulated car in or out, drives it, sets what it is like; answers when everything due then has been done. */
export async function changeSimulatedCar(
  sandbox: Sandbox,
  clientId: string,
  vehicleId: string,
  patch: SimulatedCarPatch,
): Promise<Result<WireSimulatedCar>> {
  if (patch.locationId !== undefined && patch.isPluggedIn !== true) {
    const message = 'expected isPluggedIn true beside it: a car gets to a location by being plugged in there';
    return no('bad-request', 'A location needs a plug.', [{ path: 'locationId', message }]);
  }
  return sandbox.change(async (tx, nowMs) => {
    const vehicle = await readVehicle(tx, clientId, vehicleId);
    const row: CarRow<SimulatedCar> | null = await readCar(tx, clientId, vehicleId);
    if (vehicle === null || row === null) {
      return no('not-found', `There is no simulated vehicle ${vehicleId}.`);
    }
    const locationId = patch.locationId ?? null;
    if (locationId !== null) {
      const users = await readLocationUsers(tx, [{ clientId, locationId }]);
      if (users.get(`${clientId}/${locationId}`) !== vehicle.vehicle.userId) {
        const message = "expected a location of the vehicle's user, or null for away";
        return no('bad-request', `There is no location ${locationId} of this user.`, [
          { path: 'locationId', message },
        ]);
      }
    }
    const step = changeCar(row.car, nowMs, toChange(patch, row.car.plant, locationId));
    if ('refusal' in step) return no('conflict', step.refusal);
    await saveCarSteps(tx, [{ row, step }], nowMs);
    return yes(toWire(vehicleId, step.car));
  });
}

function toChange(patch: SimulatedCarPatch, plant: Plant, locationId: string | null): CarChange {
  const faults: Partial<PlantFaults> = {
    ...(patch.isReachable === undefined ? {} : { isUnreachable: !patch.isReachable }),
    ...(patch.refusesCommands === undefined ? {} : { refusesCommands: patch.refusesCommands }),
    ...(patch.refusesPower === undefined ? {} : { refusesPower: patch.refusesPower }),
    ...(patch.ignoresPower === undefined ? {} : { ignoresPower: patch.ignoresPower }),
    ...(patch.startsAtPlugIn === undefined ? {} : { startsAtPlugIn: patch.startsAtPlugIn }),
    ...(patch.startsAt === undefined ? {} : { startsAtMs: patch.startsAt }),
  };
  // To be plugged in where it is plugged in already is no change.
  const isThere =
    plant.isPluggedIn && (patch.locationId === undefined || plant.locationId === patch.locationId);
  return {
    plugOut: patch.isPluggedIn === false,
    driveWh: patch.driveEnergy === undefined ? undefined : patch.driveEnergy * 1000,
    levelPercent: patch.batteryLevel,
    limitPercent: patch.chargeLimit,
    faults,
    plugInAt: patch.isPluggedIn === true && !isThere ? { locationId } : undefined,
  };
}

function toWire(vehicleId: string, { plant }: SimulatedCar): WireSimulatedCar {
  return {
    vehicleId,
    isPluggedIn: plant.isPluggedIn,
    isCharging: isCharging(plant),
    locationId: plant.isPluggedIn ? plant.locationId : null,
    batteryLevel: Math.round(levelPercentOf(plant) * 1000) / 1000,
    chargeLimit: plant.limitPercent,
    energyMeter: toKwh(meterMillijoulesOf(plant) / MILLIJOULES_PER_WH),
    isReachable: !plant.faults.isUnreachable,
    refusesCommands: plant.faults.refusesCommands,
    refusesPower: plant.faults.refusesPower ?? false,
    ignoresPower: plant.faults.ignoresPower ?? false,
    heldPower: plant.heldW === null ? null : plant.heldW / 1000,
    startsAtPlugIn: plant.faults.startsAtPlugIn,
    startsAt: toInstant(plant.faults.startsAtMs),
  };
}
