import type { Policy } from '../../domain/policy.ts';
import { DEFAULT_EFFICIENCY } from '../../domain/rules.ts';
import type { Vehicle } from '../../domain/vehicle.ts';
import {
  advanceTo,
  createPlant,
  drawnKwOf,
  levelPercentOf,
  plugIn,
  plugOut,
  setFaults,
} from '../../sim/plant.ts';
import {
  commandCar,
  createCar,
  nextCarEventAtMs,
  runCar,
  type SimulatedCar,
} from '../../sim/simulated-car.ts';
import { advanceTogether } from '../advance-together.ts';
import type { Advance, Command, EngineSettings, LaneInput, LocationPrices } from '../contract.ts';
import type { Lane } from '../lane.ts';
import { newLane } from '../new-lane.ts';
import { CAR, HOME, NIGHT_TARIFF, NOON_MS, policyOf } from './bench.ts';

/** A car of a test's home, and what its user and its connector do. */
export interface CarOfTest {
  readonly id: string;
  readonly powerKw: number;
  readonly levelPercent: number;
  readonly capacityWh?: number;
  readonly plugInAtMs: number;
  readonly plugOutAtMs?: number;
  /** Null: nobody asked for it to be charged smartly. */
  readonly policy?: Partial<Policy> | null;
  /** How long a command is on its way; it arrives though it was dropped meanwhile, not after it has expired. */
  readonly delayMs?: number;
  readonly reportsEveryMs?: number;
  readonly startsAtPlugIn?: boolean;
  readonly refusesCommands?: boolean;
  /** It can be held to a power, and this is the least one. */
  readonly leastPowerKw?: number;
  readonly refusesPower?: boolean;
  readonly ignoresPower?: boolean;
  /** Its connector answers each command once it was carried out; else only readings tell. */
  readonly answers?: boolean;
  /** Its readings do not tell the power. */
  readonly hidesPower?: boolean;
  /** The engine is not told its power. */
  readonly isPowerUnknown?: boolean;
  /** The engine is told this power, kW, and not the true one. */
  readonly toldPowerKw?: number;
  /** Its power falls from this level on, by a factor e for every ten points. */
  readonly taperFromPercent?: number;
}

/** Cars that really charge, at one location with a limit: every instant at which something happens is lived. */
export interface SiteWorld {
  /** Everything that was done, each lane's step with when and whose it was. */
  readonly steps: { readonly atMs: number; readonly id: string; readonly result: Advance }[];
  /** What the plants drew after each instant: all together, and those that obey. */
  readonly draws: {
    readonly atMs: number;
    readonly kw: number;
    readonly ids: readonly string[];
    /** kW by id, of those that draw. */
    readonly each: Readonly<Record<string, number>>;
  }[];
  /** Takes an input in, at an instant that the world has come to. */
  readonly happen: (id: string, input: WithoutArrival) => void;
  readonly runUntil: (atMs: number) => void;
  readonly lane: (id: string) => Lane;
  readonly levelPercent: (id: string) => number;
  readonly setLimit: (maxPowerKw: number | null) => void;
}

type WithoutArrival = LaneInput extends infer One
  ? One extends LaneInput
    ? Omit<One, 'receivedAtMs'>
    : never
  : never;

export function siteWorldOf(given: {
  readonly maxPowerKw: number | null;
  readonly cars: readonly CarOfTest[];
  readonly prices?: LocationPrices;
  readonly settings?: EngineSettings;
}): SiteWorld {
  const prices = given.prices ?? NIGHT_TARIFF;
  let home = { ...HOME, maxPowerKw: given.maxPowerKw };
  let nowMs = NOON_MS;
  let ids = 0;
  const cars = new Map(given.cars.map((car) => [car.id, { ...carOf(car), spec: car }]));
  const lanes = new Map(given.cars.map((car) => [car.id, laneOf(car, home.maxPowerKw)]));
  const timers = new Map<string, number | null>();
  const waiting = new Map<string, LaneInput[]>();
  const onTheWay: { readonly atMs: number; readonly id: string; readonly command: Command }[] = [];
  const world: SiteWorld = {
    steps: [],
    draws: [],
    happen(id, input) {
      append(id, { ...input, receivedAtMs: nowMs } as LaneInput);
      live();
    },
    runUntil(atMs) {
      for (let turn = 0; turn < 20_000; turn++) {
        const next = nextAtMs();
        if (next > atMs) break;
        nowMs = next;
        live();
      }
      nowMs = Math.max(nowMs, atMs);
    },
    lane: (id) => one(lanes, id),
    levelPercent: (id) => levelPercentOf(advanceTo(one(cars, id).car.plant, nowMs)),
    setLimit(maxPowerKw) {
      home = { ...home, maxPowerKw, version: home.version + 1 };
      for (const { id } of given.cars)
        append(id, { kind: 'location-set', location: home, receivedAtMs: nowMs });
      live();
    },
  };
  for (const { id, policy } of given.cars) {
    if (policy !== null) {
      const made = policyOf({ ...policy, id: `policy of ${id}`, vehicleId: id });
      append(id, { kind: 'policy-set', policy: made, receivedAtMs: nowMs });
    }
  }
  live();
  return world;

  function append(id: string, input: LaneInput): void {
    waiting.set(id, [...(waiting.get(id) ?? []), input]);
  }

  function nextAtMs(): number {
    const due = [...timers.values()].map((atMs) => atMs ?? Number.POSITIVE_INFINITY);
    for (const { car, spec } of cars.values()) {
      due.push(nextCarEventAtMs(car));
      if (spec.plugInAtMs > nowMs) due.push(spec.plugInAtMs);
      if (spec.plugOutAtMs !== undefined && spec.plugOutAtMs > nowMs) due.push(spec.plugOutAtMs);
    }
    due.push(...onTheWay.map(({ atMs }) => atMs));
    return Math.max(nowMs, Math.min(...due));
  }

  /** Everything that happens at this instant, until it is quiet. */
  function live(): void {
    for (const [id, entry] of cars) {
      const { spec } = entry;
      const isIn = spec.plugInAtMs === nowMs && !entry.car.plant.isPluggedIn;
      const isOut = spec.plugOutAtMs === nowMs && entry.car.plant.isPluggedIn;
      const plant = advanceTo(entry.car.plant, nowMs);
      const moved = isIn ? plugIn(plant, nowMs, HOME.id) : isOut ? plugOut(plant, nowMs) : plant;
      const changed: SimulatedCar = {
        ...entry.car,
        plant: moved,
        reportsNextAtMs: isIn || isOut ? nowMs : entry.car.reportsNextAtMs,
      };
      report(id, runCar(changed, nowMs));
    }
    for (let turn = 0; turn < 50; turn++) {
      const isDue = [...timers.values()].some((atMs) => atMs !== null && atMs <= nowMs);
      const arrived = onTheWay.filter(({ atMs }) => atMs <= nowMs);
      if (waiting.size === 0 && !isDue && arrived.length === 0) break;
      step();
      deliver();
    }
    const drawn = [...cars.values()].map(({ car, spec }) => ({
      id: spec.id,
      kw: drawnKwOf(advanceTo(car.plant, nowMs)),
    }));
    const drawing = drawn.filter(({ kw }) => kw > 0);
    world.draws.push({
      atMs: nowMs,
      kw: drawing.reduce((sum, { kw }) => sum + kw, 0),
      ids: drawing.map(({ id }) => id),
      each: Object.fromEntries(drawing.map(({ id, kw }) => [id, kw])),
    });
  }

  function step(): void {
    const moving = [...lanes].map(([id, lane]) => ({
      lane: JSON.parse(JSON.stringify(lane)) as Lane,
      inputs: waiting.get(id) ?? [],
      context: { pricesAt: () => prices, newId: () => `id${++ids}`, settings: given.settings },
    }));
    waiting.clear();
    const results = advanceTogether(moving, [], nowMs);
    for (const result of results) {
      const { id } = result.lane.vehicle;
      lanes.set(id, result.lane);
      timers.set(id, result.timerAtMs);
      world.steps.push({ atMs: nowMs, id, result });
      for (const event of result.events) {
        if (event.kind === 'command-requested') {
          const atMs = nowMs + (one(cars, id).spec.delayMs ?? 0);
          onTheWay.push({ atMs, id, command: event.command });
        }
      }
    }
  }

  function deliver(): void {
    const arrived = onTheWay.filter(({ atMs }) => atMs <= nowMs);
    for (const item of arrived) onTheWay.splice(onTheWay.indexOf(item), 1);
    for (const { id, command } of arrived) {
      if (command.expiresAtMs <= nowMs && nowMs > command.attemptedAtMs) continue;
      const { car, spec } = one(cars, id);
      const { answer, ...done } = commandCar(car, nowMs, command.kind, command.powerKw ?? null);
      report(id, done);
      if (answer !== 'DONE' || spec.answers === true) {
        append(id, {
          kind: 'command-result',
          receivedAtMs: nowMs,
          commandId: command.id,
          outcome: answer === 'DONE' ? 'CONFIRMED' : 'FAILED',
          reason: answer === 'DONE' ? null : 'the car refused',
        });
      }
    }
  }

  function report(id: string, { car, readings }: ReturnType<typeof runCar>): void {
    const entry = one(cars, id);
    cars.set(id, { ...entry, car });
    for (const { powerKw, ...reading } of readings) {
      const told = entry.spec.hidesPower === true ? reading : { ...reading, powerKw };
      append(id, { kind: 'reading', reading: told, receivedAtMs: nowMs });
    }
  }
}

function laneOf(car: CarOfTest, maxPowerKw: number | null): Lane {
  const vehicle: Vehicle = {
    ...CAR,
    id: car.id,
    capacityWh: car.capacityWh ?? 60_000,
    powerKw: car.toldPowerKw ?? (car.isPowerUnknown === true ? null : car.powerKw),
    ...(car.leastPowerKw === undefined ? {} : { leastPowerKw: car.leastPowerKw }),
  };
  return newLane(vehicle, [{ ...HOME, maxPowerKw }], NOON_MS);
}

function carOf(car: CarOfTest): { readonly car: SimulatedCar } {
  const plant = createPlant({
    atMs: NOON_MS,
    model: {
      capacityWh: car.capacityWh ?? 60_000,
      efficiency: DEFAULT_EFFICIENCY,
      powerW: Math.round(car.powerKw * 1000),
      taper:
        car.taperFromPercent === undefined ? null : { fromPercent: car.taperFromPercent, scalePercent: 10 },
    },
    levelPercent: car.levelPercent,
    report: { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: true },
  });
  const faulty = setFaults(plant, NOON_MS, {
    startsAtPlugIn: car.startsAtPlugIn ?? false,
    refusesCommands: car.refusesCommands ?? false,
    ...(car.refusesPower === true ? { refusesPower: true } : {}),
    ...(car.ignoresPower === true ? { ignoresPower: true } : {}),
  });
  const everyMs = car.reportsEveryMs ?? 5 * 60_000;
  return { car: createCar(faulty, { charging: everyMs, idle: 3 * everyMs }).car };
}

function one<Value>(map: ReadonlyMap<string, Value>, id: string): Value {
  const found = map.get(id);
  if (found === undefined) {
    throw new Error(`there is no car ${id}`);
  }
  return found;
}
