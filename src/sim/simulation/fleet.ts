import type { Reading } from '../../domain/reading.ts';
import { MILLIJOULES_PER_WH } from '../charge-model.ts';
import { advanceTo, isCharging, levelPercentOf, meterMillijoulesOf, type Plant, plugIn } from '../plant.ts';
import {
  type CarChange,
  type CarStep,
  changeCar,
  commandCar,
  createCar,
  nextCarEventAtMs,
  runCar,
  type SimulatedCar,
} from '../simulated-car.ts';
import type { Fact } from './facts.ts';
import type { Network } from './network.ts';
import type { Resident } from './settle-in.ts';

/** The cars of a simulated world, as they really are; what they report goes through the network. */
export interface Fleet {
  readonly residents: readonly Resident[];
  /** Plugs a car in at home for the first time, and lets it live by its habit. */
  arrive(resident: Resident): void;
  nextAtMs(): number;
  /** Lets every car live that is due. */
  live(): void;
  /** Does something to a car; a change that it is in no state for is left out. Says whether it was done. */
  change(resident: Resident, change: CarChange): boolean;
  /** A start or a stop, by a command or by the car's own button. */
  press(
    resident: Resident,
    kind: 'START' | 'STOP',
    powerKw: number | null,
  ): 'DONE' | 'REFUSED' | 'UNREACHABLE';
  /** Nothing is heard of it and nothing reaches it until `endSilence`. */
  beginSilence(resident: Resident): void;
  /** @param tellsAll it kept what it would have reported. */
  endSilence(resident: Resident, tellsAll: boolean): void;
  isSilent(resident: Resident): boolean;
  carOf(resident: Resident): SimulatedCar;
  /** Notes what the car's own instruments say now; nobody else is told. */
  measure(resident: Resident): void;
}

interface Living {
  car: SimulatedCar;
  nextAtMs: number;
  /** Readings that were not sent; null while the car can be heard. */
  kept: Reading[] | null;
}

export function createFleet(
  residents: readonly Resident[],
  network: Network,
  nowMs: () => number,
  note: (fact: Fact) => void,
): Fleet {
  const living = new Map<string, Living>();

  function livingOf({ vehicleId }: Resident): Living {
    const found = living.get(vehicleId);
    if (found === undefined) throw new Error(`the car of ${vehicleId} has not arrived`);
    return found;
  }

  function noteTruth({ vehicleId }: Resident, plant: Plant): void {
    note({
      kind: 'truth',
      vehicleId,
      atMs: plant.atMs,
      isPluggedIn: plant.isPluggedIn,
      isCharging: isCharging(plant),
      locationId: plant.isPluggedIn ? plant.locationId : null,
      meterWh: meterMillijoulesOf(plant) / MILLIJOULES_PER_WH,
      levelPercent: levelPercentOf(plant),
      limitPercent: plant.limitPercent,
    });
  }

  function take(resident: Resident, { car, readings }: CarStep): void {
    const one = livingOf(resident);
    one.car = car;
    one.nextAtMs = nextCarEventAtMs(car);
    noteTruth(resident, car.plant);
    if (one.kept === null) network.send(resident, readings);
    else one.kept.push(...readings);
  }

  return {
    residents,
    arrive(resident) {
      const atMs = nowMs();
      const plant = plugIn(resident.plantAt(atMs), atMs, resident.locationId);
      const habit = { habit: resident.habit, homeLocationId: resident.locationId };
      const step = createCar(plant, resident.reportsEveryMs, habit);
      living.set(resident.vehicleId, { car: step.car, nextAtMs: atMs, kept: null });
      take(resident, step);
    },
    nextAtMs: () => Math.min(...[...living.values()].map((one) => one.nextAtMs)),
    live() {
      for (const resident of residents) {
        const one = living.get(resident.vehicleId);
        if (one !== undefined && one.nextAtMs <= nowMs()) take(resident, runCar(one.car, nowMs()));
      }
    },
    change(resident, change) {
      const step = changeCar(livingOf(resident).car, nowMs(), change);
      if ('refusal' in step) return false;
      take(resident, step);
      return true;
    },
    press(resident, kind, powerKw) {
      const { answer, ...step } = commandCar(livingOf(resident).car, nowMs(), kind, powerKw);
      take(resident, step);
      return answer;
    },
    beginSilence(resident) {
      livingOf(resident).kept ??= [];
    },
    endSilence(resident, tellsAll) {
      const one = livingOf(resident);
      const { kept } = one;
      one.kept = null;
      if (tellsAll && kept !== null) network.sendKept(resident, kept);
      take(resident, changedNothing(one.car, nowMs()));
    },
    isSilent: (resident) => livingOf(resident).kept !== null,
    carOf: (resident) => livingOf(resident).car,
    measure: (resident) => noteTruth(resident, advanceTo(livingOf(resident).car.plant, nowMs())),
  };
}

/** The car as it is, with a report of it. */
function changedNothing(car: SimulatedCar, nowMs: number): CarStep {
  const step = changeCar(car, nowMs, {});
  if ('refusal' in step) throw new Error(step.refusal);
  return step;
}
