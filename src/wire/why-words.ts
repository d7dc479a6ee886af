import type { Why, WhyCode } from '../domain/history.ts';

/** What drivers call a vehicle; null where it is not known. */
export type NameOf = (vehicleId: string) => string | null;

/** Of every reason but that of a session which is over: what ended it says it. */
type Words = (why: Why, zone: string, nameOf: NameOf) => string;

export const WHY_WORDS: Readonly<Record<Exclude<WhyCode, 'SETTLED'>, Words>> = {
  WAITING_FOR_PLUG: () => 'Not charging: waiting for the car to be plugged in here.',
  PLUGGED_IN_ELSEWHERE: () => 'Not charging here: the car is plugged in somewhere else.',
  PLACE_UNKNOWN: (why, zone) =>
    `Plugged in, but the car has not said where yet; it is decided by ${time(why.atMs, zone)} at the latest.`,
  JUST_UNPLUGGED: (why, zone) =>
    `Not charging: the car is unplugged, and the session ends at ${time(why.atMs, zone)} unless it is plugged in again.`,
  CHARGING_RESERVE: (why) => `Charging: the battery is below its reserve of ${why.percent} %.`,
  CHARGING_IMMEDIATE: (why) => `Charging at once to ${goal(why)}, as asked.`,
  CHARGING_LATE: (why) => `Charging as fast as possible: ${why.percent} % was missed at the deadline.`,
  CHARGING_NO_TIME_LEFT: (why, zone) =>
    `Charging without a pause: there is not enough time to reach ${goal(why)} by ${time(why.readyByMs, zone)}.`,
  CHARGING_WITHOUT_PRICES: () => 'Charging at once: no price is known before the deadline.',
  CHARGING_PLANNED: (why, zone) =>
    `Charging${atPrice(why)}: these are the cheapest hours to reach ${goal(why)} by ${time(why.readyByMs, zone)}.`,
  CHARGING_IN_ALLOWED_HOUR: (why, zone) =>
    `Charging${atPrice(why)}: these are the cheapest hours that the policy allows to reach ${goal(why)} by ${time(why.readyByMs, zone)}.`,
  CHARGING_IN_FORECAST_HOUR: (why, zone) =>
    `Charging: these are expected to be the cheapest hours that it may charge in to reach ${goal(why)} by ${time(why.readyByMs, zone)}, but not all of their prices are published yet.`,
  CHARGING_IN_UNPRICED_HOUR: (why, zone) =>
    `Charging: the hours whose prices are known are too few to reach ${goal(why)} by ${time(why.readyByMs, zone)}, so others are charged in, too.`,
  CHARGING_JUST_ENOUGH_TIME: (why, zone) =>
    `Charging without a pause: there is just enough time to reach ${goal(why)} by ${time(why.readyByMs, zone)}.`,
  CHARGING_RUN_ON: (why, zone) =>
    `Charging${until(why.atMs, zone)}: a charge that has begun goes on for a while, so that the car does not start and stop all the time.`,
  CHARGING_TO_DEPARTURE: (why, zone) =>
    `Charging: the last minutes before ${time(why.readyByMs, zone)} are charged in, as the policy asks.`,
  CHARGING_ABOVE_TARGET: (why) =>
    `Charging${atPrice(why)}: the target of ${why.percent} % is met, and this is cheap enough to charge on.`,
  CHARGING_IN_TURN: (why, zone, nameOf) =>
    `Charging${atPrice(why)}: its turn beside ${others(why, nameOf)}, as ${connection(why)}; ${goal(why)} by ${time(why.readyByMs, zone)} is kept.`,
  CHARGING_SHARED: (why, zone, nameOf) =>
    `Charging ${withPower(why)}${atPrice(why)}, as ${shared(why, nameOf)}; ${goal(why)} by ${time(why.readyByMs, zone)} is kept.`,
  CHARGING_NOT_ENOUGH_POWER: (why, zone, nameOf) =>
    `Charging as far as ${others(why, nameOf)} ${verb(why, 'leaves', 'leave')} power for it: ${connection(why)}, and that is too little to reach ${goal(why)} by ${time(why.readyByMs, zone)}.`,
  CHARGING_MEASURED: () => 'Charging for a few minutes, so that its power is known.',
  CHARGING_UNWANTED: (why, zone) =>
    why.attempts === null
      ? 'Still charging: the car takes no command to stop.'
      : why.attempts === 0
        ? `Still charging: the car has been asked to stop${drawing(why)}.`
        : why.contact === 'UNREACHABLE'
          ? `Still charging as far as is known: the car cannot be reached; it is asked to stop again${at(why.atMs, zone)}, and as soon as it is heard of.`
          : `Still charging: the car has not stopped after ${attempts(why)}; ${again(why, zone)}.`,
  CHARGING_LEFT_ALONE: (why, zone) =>
    `Charging by itself: the car starts and stops on its own and is left alone${until(why.atMs, zone)}.`,
  FAULT: () => 'Not charging: the car or the charger reports a fault.',
  NO_POWER: () => 'Not charging: the charger gives no power.',
  UNREACHABLE: (why, zone) =>
    `Not charging: the car cannot be reached; it is asked again${at(why.atMs, zone)}, and as soon as it is heard of.`,
  CANNOT_COMMAND: () => 'Not charging: the car takes no commands.',
  STARTING: () => 'About to charge: the car has been asked to start.',
  START_REFUSED: (why, zone) =>
    `Not charging: the car has not started after ${attempts(why)}; ${again(why, zone)}.`,
  LEFT_ALONE: (why, zone) =>
    `Not charging: the car starts and stops on its own and is left alone${until(why.atMs, zone)}.`,
  CAR_COMPLETE: () => 'Not charging: the car says that it takes no more.',
  AT_LIMIT: (why) =>
    why.percent === 100
      ? 'Not charging: the battery is full.'
      : `Not charging: the battery has reached the car's own limit of ${why.percent} %.`,
  TARGET_MET: (why) => `Not charging: the target of ${why.percent} % is met.`,
  NO_DEADLINE: (why) => `Not charging: the reserve of ${why.percent} % is filled, and no deadline is set.`,
  WAITING_FOR_CHEAP_HOUR: (why, zone) =>
    `Not charging: waiting for the cheapest hours before ${time(why.readyByMs, zone)}; they begin at ${time(why.atMs, zone)}${atPrice(why)}.`,
  WAITING_FOR_FORECAST_HOUR: (why, zone) =>
    `Not charging: prices are expected to be lowest from ${time(why.atMs, zone)} on, but are not published yet.`,
  WAITING_FOR_PRICES: (why, zone) =>
    `Not charging: not all prices are known yet; charging begins at ${time(why.atMs, zone)} at the latest.`,
  WAITING_FOR_ALLOWED_HOUR: (why, zone) =>
    `Not charging: waiting for the cheapest hours before ${time(why.readyByMs, zone)} that the policy allows; they begin at ${time(why.atMs, zone)}${atPrice(why)}.`,
  WAITING_FOR_DEPARTURE: (why, zone) =>
    `Not charging: the last minutes before ${time(why.readyByMs, zone)} are charged in, as the policy asks; they begin at ${time(why.atMs, zone)}${atPrice(why)}.`,
  WAITING_FOR_OTHER_CAR: (why, zone, nameOf) =>
    `Not charging: ${others(why, nameOf)} ${verb(why, 'goes', 'go')} first, as ${connection(why)}; this car's turn${begins(why, zone)}.`,
  WAITING_FOR_EARLIER_CAR: (why, zone, nameOf) =>
    `Not charging: waits for ${others(why, nameOf)} to be ready first, as ${connection(why)}; this car's turn${begins(why, zone)}.`,
  WAITING_ITS_TURN: (why, zone, nameOf) =>
    `Not charging: ${others(why, nameOf)} ${verb(why, 'goes', 'go')} first, as all want to be ready at the same time and ${connection(why)}; this car's turn${begins(why, zone)}.`,
  WAITING_FOR_CAR_IN_TIME: (why, zone, nameOf) =>
    `Not charging: ${others(why, nameOf)} ${verb(why, 'goes', 'go')} first, as ${verb(why, 'it', 'they')} can still be ready in time, this car cannot, and ${connection(why)}; this car's turn${begins(why, zone)}.`,
  WAITING_FOR_FREE_HOUR: (why, zone, nameOf) =>
    `Not charging: ${others(why, nameOf)} ${verb(why, 'has', 'have')} hours in which this car would charge alone, as ${connection(why)}; this car's turn${begins(why, zone)}${atPrice(why)}.`,
  WAITING_FOR_OTHER_TO_STOP: (why, _zone, nameOf) =>
    `About to charge: waits until ${others(why, nameOf)} ${verb(why, 'has', 'have')} stopped, as ${connection(why)}.`,
  WAITING_FOR_ROOM: (why, _zone, nameOf) =>
    `About to charge: waits until ${others(why, nameOf)} ${verb(why, 'has', 'have')} made room, as ${connection(why)}.`,
  CONNECTION_TOO_SMALL: (why) => `Not charging: ${connection(why)}, and this car alone takes more.`,
  CONNECTION_IN_USE: (why, _zone, nameOf) =>
    `Not charging: ${connection(why)}, and what ${others(why, nameOf)} ${verb(why, 'leaves', 'leave')} of it is too little for this car.`,
  NOTHING_PLANNED: () => 'Not charging: nothing is planned before the deadline.',
};

/** How fast the car charges where it could do more, and why where the sentence does not say it yet. */
export function slower(why: Why, nameOf: NameOf): string {
  if (why.code === 'CHARGING_NOT_ENOUGH_POWER') return withPower(why);
  return why.vehicleIds === undefined
    ? `${withPower(why)} for the moment`
    : `${withPower(why)}, as ${shared(why, nameOf)}`;
}

function goal({ percent, isCarLimit }: Why): string {
  return isCarLimit === true ? `the car's own limit of ${percent} %` : `${percent} %`;
}

function attempts({ attempts: count }: Why): string {
  return `${count} attempt${count === 1 ? '' : 's'}`;
}

function again({ atMs, isAsked }: Why, zone: string): string {
  return isAsked === true
    ? `it has been asked once more, and will be again${at(atMs, zone)}`
    : `it is asked again${at(atMs, zone)}`;
}

function drawing({ drawn }: Why): string {
  return drawn === undefined
    ? ''
    : `; it draws ${drawn.powerKw} kW, and ${drawn.expectedKw} kW were expected`;
}

function connection({ limitKw }: Why): string {
  return `the connection of this location allows ${limitKw ?? '?'} kW`;
}

function shared(why: Why, nameOf: NameOf): string {
  const isAlone = why.vehicleIds === undefined || why.vehicleIds.length === 0;
  return isAlone ? connection(why) : `${connection(why)} and is shared with ${others(why, nameOf)}`;
}

function withPower({ held }: Why): string {
  return `with at most ${held?.powerKw ?? '?'} kW of ${held?.fullKw ?? '?'} kW`;
}

function others({ vehicleIds }: Why, nameOf: NameOf): string {
  const names = (vehicleIds ?? []).map(nameOf).filter((name) => name !== null);
  if (names.length === 0) return (vehicleIds ?? []).length > 1 ? 'the other cars' : 'another car';
  const last = names.at(-1) ?? '';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function verb({ vehicleIds }: Why, one: string, several: string): string {
  return (vehicleIds ?? []).length > 1 ? several : one;
}

function begins({ atMs }: Why, zone: string): string {
  return atMs === null ? ' does not come before the deadline' : ` begins at ${time(atMs, zone)}`;
}

function atPrice({ price, currency }: Why): string {
  return price === null || currency === null ? '' : ` at ${price} ${currency}/kWh on average`;
}

function at(atMs: number | null, zone: string): string {
  return atMs === null ? '' : ` at ${time(atMs, zone)}`;
}

function until(atMs: number | null, zone: string): string {
  return atMs === null ? '' : ` until ${time(atMs, zone)}`;
}

function time(atMs: number | null, zone: string): string {
  return atMs === null ? 'the deadline' : formatOf(zone).format(atMs);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Making one is slow, and a page of history needs it often. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
    FORMATS.set(zone, format);
  }
  return format;
}
