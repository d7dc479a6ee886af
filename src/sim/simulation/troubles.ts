import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { nextHabitEvent } from '../demo/habits.ts';
import { isCharging } from '../plant.ts';
import { between, type Random, randomFor } from '../random.ts';
import type { Fault } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { Parts } from './parts.ts';
import type { Resident } from './settle-in.ts';

export interface TroublesOptions extends Omit<Parts, 'call'> {
  readonly fleet: Fleet;
}

/** What goes wrong with the cars themselves on each day of each car, put into the queue beforehand. */
export function planTroubles(options: TroublesOptions): void {
  const { fleet, seed, bornMs, endMs } = options;
  for (const resident of fleet.residents) {
    for (let day = 0; bornMs + day * DAY_MS < endMs; day++) {
      const fromMs = bornMs + day * DAY_MS;
      for (const [fault, plan] of PLANS) {
        const random = randomFor(seed, fault, resident.index, day);
        // Drawn in any case, so that the other faults of a world are the same with this one and without it.
        const isPlanned = random() < SHARES_A_DAY[fault];
        if (isPlanned && options.faults.has(fault)) plan(options, resident, fromMs, random);
      }
    }
  }
}

type Plan = (options: TroublesOptions, resident: Resident, fromMs: number, random: Random) => void;
type Trouble = 'silent-cars' | 'unreachable-cars' | 'own-stops' | 'plug-outs' | 'early-departures';

/** How many of the days of a car have the trouble. */
const SHARES_A_DAY: Readonly<Record<Trouble, number>> = {
  'silent-cars': 0.3,
  'unreachable-cars': 0.25,
  'own-stops': 0.5,
  'plug-outs': 0.4,
  'early-departures': 0.2,
};

const PLANS: readonly (readonly [Trouble, Plan])[] = [
  ['silent-cars', planSilence],
  ['unreachable-cars', planUnreachable],
  ['own-stops', planOwnStops],
  ['plug-outs', planPlugOut],
  ['early-departures', planEarlyDeparture],
];

function planSilence(options: TroublesOptions, resident: Resident, fromMs: number, random: Random): void {
  const { fleet, queue } = options;
  const [atMs, forMs] = [someTime(fromMs, random), minutes(random, 20, 360)];
  const tellsAll = random() < 0.5;
  queue.add(atMs, () => {
    disturb(options, resident, 'silent-cars');
    fleet.beginSilence(resident);
  });
  queue.add(atMs + forMs, () => {
    disturb(options, resident, 'silent-cars');
    fleet.endSilence(resident, tellsAll);
  });
}

function planUnreachable(options: TroublesOptions, resident: Resident, fromMs: number, random: Random): void {
  const { fleet, queue } = options;
  const [atMs, forMs] = [someTime(fromMs, random), minutes(random, 15, 240)];
  queue.add(atMs, () => {
    disturb(options, resident, 'unreachable-cars');
    fleet.change(resident, { faults: { isUnreachable: true } });
  });
  queue.add(atMs + forMs, () => {
    disturb(options, resident, 'unreachable-cars');
    fleet.change(resident, { faults: { isUnreachable: false } });
  });
}

/** Its button is pressed, some minutes after the engine has started it, or it starts by a timer of its own. */
function planOwnStops(options: TroublesOptions, resident: Resident, fromMs: number, random: Random): void {
  const { fleet, queue } = options;
  for (let number = 0; number < 3; number++) {
    const kind = random() < 0.75 ? 'STOP' : 'START';
    queue.add(someTime(fromMs, random), () => {
      const { plant } = fleet.carOf(resident);
      const isNews = plant.isPluggedIn && isCharging(plant) === (kind === 'STOP');
      if (!isNews || fleet.press(resident, kind, null) !== 'DONE') return;
      disturb(options, resident, 'own-stops');
    });
  }
}

/** Somebody pulls the plug and puts it in again, within the grace or after it. */
function planPlugOut(options: TroublesOptions, resident: Resident, fromMs: number, random: Random): void {
  const { fleet, queue } = options;
  const [atMs, forMs] = [someTime(fromMs, random), minutes(random, 1, 20)];
  queue.add(atMs, () => {
    const { plant } = fleet.carOf(resident);
    if (!plant.isPluggedIn) return;
    const { locationId } = plant;
    disturb(options, resident, 'plug-outs');
    fleet.change(resident, { plugOut: true });
    queue.add(atMs + forMs, () => {
      if (!fleet.carOf(resident).plant.isPluggedIn) fleet.change(resident, { plugInAt: { locationId } });
    });
  });
}

/** The car leaves hours before it usually does, without a word. */
function planEarlyDeparture(
  options: TroublesOptions,
  resident: Resident,
  fromMs: number,
  random: Random,
): void {
  const { fleet, queue } = options;
  let event = nextHabitEvent(resident.habit, fromMs);
  while (event.kind !== 'leave') event = nextHabitEvent(resident.habit, event.atMs);
  const atMs = event.atMs - minutes(random, 30, 300);
  queue.add(Math.max(atMs, fromMs + MINUTE_MS), () => {
    if (!fleet.carOf(resident).plant.isPluggedIn) return;
    disturb(options, resident, 'early-departures');
    fleet.change(resident, { plugOut: true });
  });
}

function disturb({ note, nowMs, tally }: TroublesOptions, { vehicleId }: Resident, fault: Fault): void {
  tally.happened(fault);
  note({ kind: 'disturbed', vehicleId, atMs: nowMs(), fault });
}

function someTime(fromMs: number, random: Random): number {
  return fromMs + Math.round(between(random, HOUR_MS, DAY_MS) / 1000) * 1000;
}

function minutes(random: Random, least: number, most: number): number {
  return Math.round(between(random, least, most)) * MINUTE_MS;
}
