import type { Simulator } from '../app/create-vehicle.ts';
import { SECOND_MS } from '../domain/units.ts';
import type { SimulatedConnector } from '../wire/vehicle.ts';
import { createPlant, type Plant, setFaults } from './plant.ts';
import { saveCarSteps } from './run-due-cars.ts';
import { createCar } from './simulated-car.ts';

const DEFAULT_EFFICIENCY_OF_CARS = 0.9;
const DEFAULT_REPORTS_EVERY_SECONDS = 300;
/** Above the level where it begins, the power falls by a factor e every so many points. */
const TAPER_SCALE_PERCENT = 12;

/** Makes the cars of the sandbox: each tells whole percents and tenths of a kW, and what its meter shows. */
export const simulator: Simulator = {
  async create(tx, clientId, vehicleId, connector, nowMs) {
    const everyMs = (connector.readingsEverySeconds ?? DEFAULT_REPORTS_EVERY_SECONDS) * SECOND_MS;
    const step = createCar(plantOf(connector, nowMs), { charging: everyMs, idle: everyMs });
    await saveCarSteps(tx, [{ row: { clientId, vehicleId }, step }], nowMs);
  },
};

/** The car of a connector, unplugged; its location is where it is plugged in later. */
function plantOf(connector: SimulatedConnector, nowMs: number): Plant {
  const plant = createPlant({
    atMs: nowMs,
    model: {
      capacityWh: Math.round(connector.batteryCapacity * 1000),
      efficiency: connector.efficiency ?? DEFAULT_EFFICIENCY_OF_CARS,
      powerW: Math.max(1, Math.round(connector.power * 1000)),
      taper:
        connector.taperFrom === undefined
          ? null
          : { fromPercent: connector.taperFrom, scalePercent: TAPER_SCALE_PERCENT },
    },
    levelPercent: connector.batteryLevel,
    limitPercent: connector.chargeLimit ?? 100,
    report: { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: true },
  });
  const faults = connector.faults ?? [];
  return setFaults(plant, nowMs, {
    isUnreachable: faults.includes('unreachable'),
    refusesCommands: faults.includes('refuses-commands'),
    ...(faults.includes('refuses-power') ? { refusesPower: true } : {}),
    ...(faults.includes('ignores-power') ? { ignoresPower: true } : {}),
    startsAtPlugIn: faults.includes('starts-at-plug-in'),
  });
}
