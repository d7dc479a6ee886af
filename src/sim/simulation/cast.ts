import { MINUTE_MS } from '../../domain/units.ts';
import { castOf as peopleOf } from '../demo/cast.ts';
import type { Habit } from '../demo/habits.ts';
import { createPlant, type Plant, setFaults } from '../plant.ts';
import { between, randomFor } from '../random.ts';
import type { SimulatedCar } from '../simulated-car.ts';

/** A home of the simulation; its id comes when it is made. */
export interface CastHome {
  readonly userId: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timezoneName: string;
  readonly zone: string;
  readonly chargerPower: number | null;
  readonly maxPower: number | null;
}

/** A car with the life it leads, what the service is told of it, and what it is not told. */
export interface CastCar {
  readonly index: number;
  readonly name: string;
  readonly home: CastHome;
  readonly habit: Habit;
  readonly policy: {
    readonly batteryReserve: number;
    readonly target: number;
    readonly deadline: string;
  } | null;
  /** What the service is told; null is left for it to learn. */
  readonly stated: {
    readonly batteryCapacity: number | null;
    readonly power: number | null;
    /** kW; null: it can only be started and stopped. */
    readonly leastPower: number | null;
  };
  readonly plantAt: (nowMs: number) => Plant;
  readonly reportsEveryMs: SimulatedCar['reportsEveryMs'];
  /** Never a level, as many chargers. */
  readonly tellsLevel: boolean;
  /** Its connector answers each command; else a reading has to show it. */
  readonly confirms: boolean;
}

/** Real cars draw less than what is stated of them. */
const HIDDEN_POWER_RATIO = 0.92;
const TAPER_FROM_PERCENT = 80;
const TAPER_SCALE_PERCENT = 12;
/** People of the demonstration with places in its dozen. */
const ANNA = 1;
const ERIK = 3;
const MOVES_TO_ANNA = 6;
const TELLS_NO_LEVEL = 8;
const POLESTAR = 11;

/**
 * The people of the demonstration with cars that hide something: less power than is stated, a taper, rounding, a meter
 * or none. Three cars share Anna's 11 kW, and two Erik's 14 kW; one at each can be held to a power.
 */
export function castOf(count: number, seed: number): CastCar[] {
  const people = peopleOf(count, seed);
  return people.map((person, index) => {
    const place = index % 12;
    const random = randomFor(seed, 'hidden', index);
    const host = place === MOVES_TO_ANNA ? (people[index - place + ANNA] ?? person) : person;
    const isErik = place === ERIK || place === POLESTAR;
    const maxPower = isErik ? 14 : host.home.maxPower;
    const isHeld = place === MOVES_TO_ANNA || place === POLESTAR;
    const powerW = Math.round(1000 * person.powerKw * HIDDEN_POWER_RATIO * between(random, 0.98, 1.02));
    const efficiency = between(random, 0.87, 0.92);
    const hasMeter = index % 3 !== 2;
    const startsAtPlugIn = person.policy === null || index % 4 === 3;
    const { timezoneName } = host.home;
    return {
      index,
      name: person.information.displayName,
      home: { ...host.home, userId: host.userId, maxPower },
      habit: { kind: person.habit, seed, car: index, timezoneName, kilometres: person.kilometres },
      policy: person.policy,
      stated: {
        batteryCapacity: index % 5 === 4 ? null : person.batteryCapacityKwh,
        power: index % 2 === 0 || isHeld ? person.powerKw : null,
        leastPower: isHeld ? 1.4 : null,
      },
      plantAt: (nowMs) => {
        const plant = createPlant({
          atMs: nowMs,
          model: {
            capacityWh: Math.round(person.batteryCapacityKwh * 1000),
            efficiency,
            powerW,
            taper: { fromPercent: TAPER_FROM_PERCENT, scalePercent: TAPER_SCALE_PERCENT },
          },
          levelPercent: person.levelPercent,
          report: { levelStepPercent: 1, powerStepKw: 0.1, hasMeter },
        });
        return setFaults(plant, nowMs, { startsAtPlugIn });
      },
      reportsEveryMs: { charging: 5 * MINUTE_MS, idle: 15 * MINUTE_MS },
      tellsLevel: place !== TELLS_NO_LEVEL,
      confirms: index % 3 !== 1,
    };
  });
}
