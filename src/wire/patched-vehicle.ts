import { canBeHeld, leastPowerOf, type Vehicle } from '../domain/vehicle.ts';
import type { VehicleIn, VehiclePatch, WireVehicle } from './vehicle.ts';

/** What the engine is told of a new vehicle. A simulated car's battery is as large as its connector says. */
export function fromWireVehicle(body: VehicleIn, id: string, userId: string): Vehicle {
  const simulated = body.connector?.type === 'simulated' ? body.connector : null;
  const simulatedKwh = simulated?.batteryCapacity ?? null;
  const blank: Vehicle = {
    id,
    userId,
    version: 0,
    capacityWh: simulatedKwh === null ? null : Math.round(simulatedKwh * 1000),
    efficiency: null,
    powerKw: null,
    canStart: true,
    canStop: true,
  };
  return patchedVehicle(blank, body, simulated?.power ?? null);
}

/**
 * The vehicle after a change, its version one higher; null takes a figure away, so that it is learned.
 * @param simulatedKw the power of its simulated car, which is known though nobody told it.
 */
export function patchedVehicle(
  old: Vehicle,
  patch: VehiclePatch,
  simulatedKw: number | null = null,
): Vehicle {
  const capacityKwh = patch.batteryCapacity;
  const { leastPowerKw: _least, ...others } = old;
  const powerKw = patch.power === undefined ? old.powerKw : patch.power;
  const leastPowerKw = patchedLeastKw(old, patch, powerKw ?? simulatedKw);
  return {
    ...others,
    version: old.version + 1,
    capacityWh:
      capacityKwh === undefined
        ? old.capacityWh
        : capacityKwh === null
          ? null
          : Math.round(capacityKwh * 1000),
    powerKw,
    efficiency: patch.efficiency === undefined ? old.efficiency : patch.efficiency,
    canStart: patch.capabilities?.startCharging?.isCapable ?? old.canStart,
    canStop: patch.capabilities?.stopCharging?.isCapable ?? old.canStop,
    ...(leastPowerKw === null ? {} : { leastPowerKw }),
  };
}

/** Null where it cannot be held. A least power that nobody stated follows the car's power. */
function patchedLeastKw(old: Vehicle, patch: VehiclePatch, powerKw: number | null): number | null {
  const told = patch.capabilities?.setPower;
  const isCapable = told?.isCapable ?? canBeHeld(old);
  if (!isCapable) {
    return null;
  }
  const wasStated = canBeHeld(old) && old.leastPowerKw !== leastPowerOf(old.powerKw);
  const stated = told?.leastPower === undefined && wasStated ? old.leastPowerKw : told?.leastPower;
  return stated ?? leastPowerOf(powerKw);
}

/** What is wrong with a vehicle as a change leaves it; null for nothing. */
export function vehicleIssue({ leastPowerKw, powerKw }: Vehicle): { path: string; message: string } | null {
  const isTooMuch = typeof leastPowerKw === 'number' && powerKw !== null && leastPowerKw > powerKw;
  return isTooMuch
    ? {
        path: 'capabilities.setPower.leastPower',
        message: `expected at most the vehicle's power, ${powerKw} kW, got ${leastPowerKw} kW`,
      }
    : null;
}

export function patchedInformation(
  old: WireVehicle['information'] | null,
  patch: VehiclePatch['information'],
): WireVehicle['information'] {
  const base = { brand: null, model: null, year: null, displayName: null, ...old };
  return {
    brand: patch?.brand === undefined ? base.brand : patch.brand,
    model: patch?.model === undefined ? base.model : patch.model,
    year: patch?.year === undefined ? base.year : patch.year,
    displayName: patch?.displayName === undefined ? base.displayName : patch.displayName,
  };
}
