import { createClient } from '../../app/create-client.ts';
import { createLocation } from '../../app/create-location.ts';
import { createPolicy } from '../../app/create-policy.ts';
import { createVehicle } from '../../app/create-vehicle.ts';
import type { Deps } from '../../app/deps.ts';
import type { Result } from '../../app/result.ts';
import { WEEKDAYS } from '../../domain/policy.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { readUserLocations } from '../../store/locations.ts';
import { readCar, saveSandboxWorld } from '../../store/sandbox.ts';
import type { DemoWorld, World } from '../open-sandbox.ts';
import { plugIn, setFaults } from '../plant.ts';
import { saveCarSteps } from '../run-due-cars.ts';
import type { Sandbox } from '../sandbox.ts';
import { createCar, type SimulatedCar } from '../simulated-car.ts';
import { simulator } from '../simulator.ts';
import { type CastCar, castOf } from './cast.ts';

/** So much of its life the demonstration has behind it when it begins to run by the clock. */
export const LIVED_BEFORE_MS = 3 * DAY_MS;
/** Others may use the sandbox between two such pieces. */
const PIECE_MS = HOUR_MS;

const REPORTS_EVERY_MS = { charging: 5 * MINUTE_MS, idle: 15 * MINUTE_MS };
const TAPER_FROM_PERCENT = 80;

/** A demonstration with its client. */
export interface PeopledDemo extends DemoWorld {
  readonly client: { readonly id: string; readonly secret: string };
}

/** The demonstration with its client, which is made at the first start. */
export async function withDemoClient(deps: Deps, demo: DemoWorld): Promise<PeopledDemo> {
  if (demo.client !== null) return { ...demo, client: demo.client };
  const { clientId: id, clientSecret: secret } = await createClient(deps, 'demonstration');
  const known = { ...demo, client: { id, secret } };
  await saveSandboxWorld<World>(deps.database, { demo: known });
  return known;
}

/**
 * Makes the cars, then lives the first days through the service itself, then lets the clock run. Called at every
 * start: it goes on where it stopped, and a world that is grown up just runs. Whoever sets the clock meanwhile has it.
 */
export async function growDemonstration(
  deps: Deps,
  sandbox: Sandbox,
  demo: PeopledDemo,
  speed: number,
): Promise<void> {
  // The first prices come out before the first car asks for a plan.
  await sandbox.advanceTo(Math.max(sandbox.read().nowMs, demo.bornMs));
  if (!demo.isMade) {
    for (const [index, car] of castOf(demo.vehicleCount, demo.seed).entries()) {
      await addCar(deps, sandbox, demo, car, index);
    }
    await saveSandboxWorld<World>(deps.database, { demo: { ...demo, isMade: true } });
  }
  const untilMs = demo.bornMs + LIVED_BEFORE_MS;
  const isOurs = (): boolean => !sandbox.isStopped() && !sandbox.isTakenOver();
  while (isOurs() && sandbox.read().nowMs < untilMs) {
    await sandbox.advanceTo(Math.min(untilMs, sandbox.read().nowMs + PIECE_MS));
  }
  if (isOurs()) await sandbox.setSpeed(speed);
}

async function addCar(
  deps: Deps,
  sandbox: Sandbox,
  demo: PeopledDemo,
  car: CastCar,
  index: number,
): Promise<void> {
  const clientId = demo.client.id;
  const { name, latitude, longitude, timezoneName, zone, chargerPower, maxPower } = car.home;
  const known = (await readUserLocations(deps.database, clientId, car.userId)).find(
    (one) => one.name === name,
  );
  const home =
    known ??
    expected(
      await createLocation(deps, clientId, car.userId, {
        name,
        latitude,
        longitude,
        timezoneName,
        zone,
        chargerPower,
        maxPower,
      }),
    );
  const vehicle = expected(
    await createVehicle(deps, simulator, clientId, car.userId, {
      information: car.information,
      batteryCapacity: car.batteryCapacityKwh,
      connector: {
        type: 'simulated',
        batteryCapacity: car.batteryCapacityKwh,
        power: car.powerKw,
        batteryLevel: car.levelPercent,
        taperFrom: TAPER_FROM_PERCENT,
      },
    }),
  );
  if (car.policy !== null) {
    const { batteryReserve, target: minimumChargeTarget, deadline } = car.policy;
    const schedule = Object.fromEntries(WEEKDAYS.map((day) => [day, { deadline, minimumChargeTarget }]));
    expected(
      await createPolicy(deps, clientId, {
        vehicleId: vehicle.id,
        locationId: home.id,
        batteryReserve,
        schedule,
      }),
    );
  }
  await sandbox.change(async (tx, nowMs) => {
    const row = await readCar<SimulatedCar>(tx, clientId, vehicle.id);
    if (row === null) throw new Error(`the car that was just made is not there: ${vehicle.id}`);
    // Everybody is at home in the beginning; a car that nobody asked to be charged smartly charges by itself.
    const plant = plugIn(
      setFaults(row.car.plant, nowMs, { startsAtPlugIn: car.policy === null }),
      nowMs,
      home.id,
    );
    const { habit: kind, kilometres } = car;
    const habit = { kind, seed: demo.seed, car: index, timezoneName, kilometres };
    const step = createCar(plant, REPORTS_EVERY_MS, { habit, homeLocationId: home.id });
    await saveCarSteps(tx, [{ row, step }], nowMs);
  });
}

function expected<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  const issues = (result.no.issues ?? []).map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`the demonstration cannot be made: ${[result.no.detail, ...issues].join('; ')}`);
}
