import { WEEKDAYS } from '../../domain/policy.ts';
import { mergeSchedule } from '../../domain/policy-rules.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { randomFor } from '../../sim/random.ts';
import { advanceTogether } from '../advance-together.ts';
import type { Command, LaneInput, LocationPrices } from '../contract.ts';
import type { Lane } from '../lane.ts';
import { newLane } from '../new-lane.ts';
import { CAR, HOME, NOON_MS, policyOf } from './bench.ts';

/** A car whose power nobody told. */
export interface MinuteCar {
  readonly id: string;
  /** What it takes below 80 %, kW; above it tapers. */
  readonly powerKw: number;
  /** It can be held to a power, and this is the least one. */
  readonly leastPowerKw?: number;
  readonly levelPercent: number;
  readonly capacityWh?: number;
  readonly plugInMinute?: number;
  /** Minutes during which it is plugged out. */
  readonly outMinutes?: readonly [number, number];
  readonly deadline?: string;
  /** It is to be charged at once to this level, from this minute on. */
  readonly atOnce?: { readonly minute: number; readonly targetPercent: number };
}

/** A minute of the world: what was carried out at its begin, and what the cars truly drew during it. */
export interface Minute {
  readonly atMs: number;
  readonly index: number;
  readonly done: readonly { readonly id: string; readonly kind: string; readonly powerKw: number | null }[];
  readonly eachKw: Readonly<Record<string, number>>;
  readonly sumKw: number;
}

export interface MinuteWorld {
  readonly minutes: readonly Minute[];
  readonly lane: (id: string) => Lane;
}

/**
 * Cars under one limit that report once a minute, and whose connector asks for commands once a minute, carries them out and
 * says so at once. Nothing is told of their power but what they report, by `noise` times a percent wrong.
 */
export function minuteWorldOf(given: {
  readonly maxPowerKw: number;
  readonly cars: readonly MinuteCar[];
  readonly minutes: number;
  readonly noise?: number;
  readonly seed?: number;
  readonly prices: LocationPrices;
  /** A reading of another power than the car has, kW. */
  readonly odd?: (id: string, minute: number) => number | null;
}): MinuteWorld {
  const random = randomFor('minute world', given.seed ?? 1);
  const home = { ...HOME, maxPowerKw: given.maxPowerKw };
  const cars = given.cars.map((spec) => ({
    ...spec,
    level: spec.levelPercent,
    isOn: false,
    heldKw: null as number | null,
  }));
  const lanes = new Map(given.cars.map((car) => [car.id, laneOf(car)]));
  const timers = new Map<string, number | null>();
  const waiting = new Map<string, LaneInput[]>();
  const toFetch = new Map<string, Command[]>();
  const minutes: Minute[] = [];
  let ids = 0;
  for (const { id, deadline } of cars) {
    const schedule = mergeSchedule(
      {},
      Object.fromEntries(
        WEEKDAYS.map((day) => [day, { deadline: deadline ?? '07:00', minimumChargeTarget: 80 }]),
      ),
    );
    const policy = policyOf({ id: `policy of ${id}`, vehicleId: id, schedule });
    append(id, { kind: 'policy-set', policy, receivedAtMs: NOON_MS });
  }
  for (let index = 0; index < given.minutes; index++) {
    liveMinute(index);
  }
  return { minutes, lane };

  function liveMinute(index: number): void {
    const atMs = NOON_MS + index * MINUTE_MS;
    for (const { id, atOnce } of cars) {
      const session = Object.values(lane(id).current)[0];
      if (atOnce?.minute !== index || session === undefined) continue;
      const override = { kind: 'IMMEDIATE_START', targetPercent: atOnce.targetPercent } as const;
      append(id, { kind: 'target-set', sessionId: session.id, override, receivedAtMs: atMs });
    }
    stepUntil(atMs);
    const done = cars.flatMap((car) =>
      (toFetch.get(car.id) ?? []).map((command) => carryOut(car, command, atMs)),
    );
    toFetch.clear();
    stepAt(atMs);
    const eachKw: Record<string, number> = {};
    for (const car of cars) {
      const isHere = isPluggedIn(car, index);
      if (!isHere) car.isOn = false;
      const taper = car.level > 80 ? Math.exp(-(car.level - 80) / 25) : 1;
      const ownKw = car.level >= 100 ? 0 : car.powerKw * taper;
      const kw = car.isOn ? Math.min(ownKw, car.heldKw ?? ownKw) : 0;
      eachKw[car.id] = kw;
      const wrong = (random() - 0.5) * 2 * 0.01 * (given.noise ?? 0);
      const toldKw = given.odd?.(car.id, index) ?? kw * (1 + wrong);
      append(car.id, {
        kind: 'reading',
        receivedAtMs: atMs + 1000,
        reading: {
          observedAtMs: atMs + 1000,
          isPluggedIn: isHere,
          powerDeliveryState: !isHere ? 'UNPLUGGED' : car.isOn ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED',
          levelPercent: Math.round(car.level),
          powerKw: isHere ? Math.round(toldKw * 100) / 100 : 0,
          ...(isHere ? { locationId: HOME.id } : {}),
        },
      });
      car.level = Math.min(100, car.level + ((kw / 60) * 0.9 * 100_000) / (car.capacityWh ?? 60_000));
    }
    minutes.push({
      atMs,
      index,
      done,
      eachKw,
      sumKw: Object.values(eachKw).reduce((sum, kw) => sum + kw, 0),
    });
    stepAt(atMs + 1000);
    stepUntil(atMs + MINUTE_MS - 1);
  }

  function carryOut(car: (typeof cars)[number], command: Command, atMs: number) {
    const powerKw = command.powerKw ?? null;
    car.isOn = command.kind === 'START';
    if (command.kind === 'START') car.heldKw = powerKw;
    append(car.id, {
      kind: 'command-result',
      receivedAtMs: atMs,
      commandId: command.id,
      outcome: 'CONFIRMED',
      reason: null,
    });
    return { id: car.id, kind: command.kind, powerKw };
  }

  function stepUntil(atMs: number): void {
    for (let turn = 0; turn < 1000; turn++) {
      const next = Math.min(...[...timers.values()].map((timer) => timer ?? Number.POSITIVE_INFINITY));
      if (next > atMs) return;
      stepAt(next);
    }
  }

  function stepAt(atMs: number): void {
    const moving = [...lanes].map(([id, one]) => ({
      lane: JSON.parse(JSON.stringify(one)) as Lane,
      inputs: waiting.get(id) ?? [],
      context: { pricesAt: () => given.prices, newId: () => `id${++ids}` },
    }));
    waiting.clear();
    for (const result of advanceTogether(moving, [], atMs)) {
      const { id } = result.lane.vehicle;
      lanes.set(id, result.lane);
      timers.set(id, result.timerAtMs);
      const open = new Map((toFetch.get(id) ?? []).map((command) => [command.id, command]));
      for (const command of result.commands) {
        if (command.state === 'PENDING') open.set(command.id, command);
        else open.delete(command.id);
      }
      toFetch.set(id, [...open.values()]);
    }
  }

  function append(id: string, input: LaneInput): void {
    waiting.set(id, [...(waiting.get(id) ?? []), input]);
  }

  function lane(id: string): Lane {
    const found = lanes.get(id);
    if (found === undefined) throw new Error(`there is no car ${id}`);
    return found;
  }

  function laneOf(car: MinuteCar): Lane {
    const vehicle = {
      ...CAR,
      id: car.id,
      capacityWh: car.capacityWh ?? 60_000,
      powerKw: null,
      ...(car.leastPowerKw === undefined ? {} : { leastPowerKw: car.leastPowerKw }),
    };
    return newLane(vehicle, [home], NOON_MS);
  }
}

function isPluggedIn({ plugInMinute, outMinutes }: MinuteCar, index: number): boolean {
  const [fromMinute, toMinute] = outMinutes ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return index >= (plugInMinute ?? 0) && !(index >= fromMinute && index < toMinute);
}
