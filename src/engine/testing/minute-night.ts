import { WEEKDAYS } from '../../domain/policy.ts';
import { mergeSchedule } from '../../domain/policy-rules.ts';
import type { Reading } from '../../domain/reading.ts';
import type { OutcomeState } from '../../domain/session.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { type Random, randomFor } from '../../sim/random.ts';
import { advanceTogether } from '../advance-together.ts';
import type { Advance, Command, LaneInput } from '../contract.ts';
import type { Lane } from '../lane.ts';
import { newLane } from '../new-lane.ts';
import { CAR, HOME, NOON_MS, policyOf, pricesOf } from './bench.ts';

/** What several cars did in a night in which each told level and power every minute. */
export interface MinuteNight {
  readonly lanes: readonly Lane[];
  /** Every step of the car of a place in the list, with when it was. */
  readonly steps: readonly { readonly atMs: number; readonly car: number; readonly result: Advance }[];
  readonly counts: readonly MinuteCounts[];
  /** Minutes in which the cars drew more together than the location allows. */
  readonly overMinutes: number;
}

interface MinuteCounts {
  /** Changes of when the charges still ahead are to begin, looked at once a minute. */
  readonly startMoves: number;
  /** Powers told to the car while it charged. */
  readonly powerMoves: number;
  readonly starts: number;
  readonly entries: number;
  readonly outcome: OutcomeState | null;
  readonly levelPercent: number;
}

interface Plant {
  readonly powerKw: number;
  readonly capacityWh: number;
  readonly plugInAtMs: number;
  level: number;
  isOn: boolean;
  heldKw: number | null;
  moves: number;
  powers: number;
  starts: number;
  entries: number;
  ahead: string;
}

const DEADLINES = ['07:00', '06:00', '07:00', '05:00'];
const POWERS_KW = [7.4, 3.7, 11, 7.4];
const CAPACITIES_WH = [60_000, 40_000, 75_000, 50_000];
const MINUTES = 1140;

/**
 * Cars that obey at once and answer, at a connection that not all can use at a time. Their powers are told by nobody; at
 * each minute they read their level in whole percents and their power, both with noise or without.
 * @param noise 1: the level is up to a point off, the power up to a percent; 0: they are what they are. All else is the
 * same for the same seed.
 */
export function minuteNightOf(night: {
  readonly seed: number;
  readonly cars: number;
  readonly isHeld: boolean;
  readonly maxPowerKw: number;
  readonly noise: number;
  readonly minutes?: number;
}): MinuteNight {
  const { seed, isHeld, maxPowerKw, noise } = night;
  const random = randomFor('minute night', seed);
  const noises = randomFor('noise', seed);
  const prices = pricesOf(
    Array.from({ length: 24 }, (_, hour) => {
      const wave = 0.2 + 0.12 * Math.cos((hour / 24) * 2 * Math.PI * 2);
      return Math.round((wave + 0.04 * random()) * 1000) / 1000;
    }),
  );
  const home = { ...HOME, maxPowerKw };
  const plants = Array.from({ length: night.cars }, (_, i) => plantOf(i, maxPowerKw, random));
  const lanes = plants.map((plant, i) =>
    newLane(
      {
        ...CAR,
        id: `car ${i}`,
        capacityWh: plant.capacityWh,
        powerKw: null,
        ...(isHeld ? { leastPowerKw: 1.4 } : {}),
      },
      [home],
      NOON_MS,
    ),
  );
  const steps: { atMs: number; car: number; result: Advance }[] = [];
  const timers: (number | null)[] = plants.map(() => null);
  let ids = 0;
  let overMinutes = 0;
  const step = (atMs: number, inputs: readonly (readonly LaneInput[])[]): readonly Command[][] => {
    const moving = lanes.map((lane, i) => ({
      lane,
      inputs: inputs[i] ?? [],
      context: { pricesAt: () => prices, newId: () => `id${++ids}` },
    }));
    const results = advanceTogether(moving, [], atMs);
    return results.map((result, car) => {
      lanes[car] = result.lane;
      timers[car] = result.timerAtMs;
      steps.push({ atMs, car, result });
      const plant = plants[car];
      if (plant !== undefined) plant.entries += result.history.length;
      return result.events.flatMap((event) => (event.kind === 'command-requested' ? [event.command] : []));
    });
  };
  const live = (atMs: number, first: readonly (readonly LaneInput[])[]): void => {
    let inputs = first;
    for (let turn = 0; turn < 20; turn++) {
      const asked = step(atMs, inputs);
      inputs = asked.map((commands, car) =>
        commands.map((command) => {
          obey(plants[car], command);
          return {
            kind: 'command-result',
            receivedAtMs: atMs,
            commandId: command.id,
            outcome: 'CONFIRMED',
            reason: null,
          } as const;
        }),
      );
      if (inputs.every((each) => each.length === 0)) break;
    }
  };
  const passed = (toMs: number): void => {
    for (let turn = 0; turn < 200; turn++) {
      const due = Math.min(...timers.map((atMs) => atMs ?? Number.POSITIVE_INFINITY));
      if (due >= toMs) break;
      live(due, []);
    }
  };
  live(
    NOON_MS,
    plants.map((_, i) => [
      {
        kind: 'policy-set',
        receivedAtMs: NOON_MS,
        policy: policyOf({
          id: `policy of ${i}`,
          vehicleId: `car ${i}`,
          schedule: mergeSchedule(
            {},
            Object.fromEntries(
              WEEKDAYS.map((day) => [
                day,
                { deadline: DEADLINES[i % 4] ?? '07:00', minimumChargeTarget: 80 },
              ]),
            ),
          ),
        }),
      },
    ]),
  );
  for (let minute = 0; minute < (night.minutes ?? MINUTES); minute++) {
    const atMs = NOON_MS + minute * MINUTE_MS;
    passed(atMs);
    let sumKw = 0;
    const readings = plants.map((plant): LaneInput[] => {
      const dice = [noises(), noises()] as const;
      if (atMs < plant.plugInAtMs) return [];
      const drawnKw = drawnBy(plant);
      sumKw += drawnKw;
      const reading = readingOf(plant, drawnKw, atMs, noise, dice);
      plant.level = Math.min(100, plant.level + ((drawnKw * 1000 * 0.9) / 60 / plant.capacityWh) * 100);
      return [{ kind: 'reading', receivedAtMs: atMs, reading }];
    });
    if (sumKw > maxPowerKw + 0.05) overMinutes++;
    live(atMs, readings);
    for (const [i, plant] of plants.entries()) {
      const blocks = Object.values(lanes[i]?.current ?? {})[0]?.plan?.plan.blocks ?? [];
      const ahead = blocks
        .filter((block, at) => block.startAtMs > atMs && blocks[at - 1]?.endAtMs !== block.startAtMs)
        .map(({ startAtMs }) => Math.floor(startAtMs / MINUTE_MS))
        .join();
      if (ahead !== plant.ahead) plant.moves++;
      plant.ahead = ahead;
    }
  }
  return {
    lanes,
    steps,
    overMinutes,
    counts: plants.map((plant, i) => ({
      startMoves: plant.moves,
      powerMoves: plant.powers,
      starts: plant.starts,
      entries: plant.entries,
      outcome: outcomeIn(steps, i),
      levelPercent: plant.level,
    })),
  };
}

function plantOf(i: number, maxPowerKw: number, random: Random): Plant {
  return {
    powerKw: Math.min(POWERS_KW[i % 4] ?? 0, maxPowerKw),
    capacityWh: CAPACITIES_WH[i % 4] ?? 0,
    plugInAtMs: NOON_MS + Math.floor(random() * 181) * MINUTE_MS,
    level: 35 + random() * 25,
    isOn: false,
    heldKw: null,
    moves: 0,
    powers: 0,
    starts: 0,
    entries: 0,
    ahead: '',
  };
}

function drawnBy({ isOn, heldKw, powerKw, level }: Plant): number {
  if (!isOn || level >= 100) return 0;
  const taper = level > 80 ? Math.exp(-(level - 80) / 25) : 1;
  return Math.min(heldKw ?? Number.POSITIVE_INFINITY, powerKw * taper);
}

function readingOf(
  { level, isOn, capacityWh }: Plant,
  drawnKw: number,
  observedAtMs: number,
  noise: number,
  [one, other]: readonly [number, number],
): Reading {
  const off = noise * (Math.floor(one * 3) - 1);
  return {
    observedAtMs,
    isPluggedIn: true,
    powerDeliveryState: isOn ? 'PLUGGED_IN:CHARGING' : 'PLUGGED_IN:STOPPED',
    levelPercent: Math.max(0, Math.min(100, Math.round(level + off))),
    powerKw: Math.round(drawnKw * (1 + (other - 0.5) * 0.02 * noise) * 100) / 100,
    capacityWh,
    locationId: HOME.id,
    isReachable: true,
    chargeLimitPercent: 100,
  };
}

function obey(plant: Plant | undefined, { kind, powerKw }: Command): void {
  if (plant === undefined) return;
  if (kind === 'START') {
    if (plant.isOn) plant.powers++;
    else plant.starts++;
    plant.heldKw = powerKw ?? null;
  }
  plant.isOn = kind === 'START';
}

/** The first outcome that was decided; null for none. */
function outcomeIn(steps: MinuteNight['steps'], car: number): OutcomeState | null {
  let last: OutcomeState | null = null;
  for (const each of steps) {
    if (each.car !== car) continue;
    for (const { outcome } of each.result.history) {
      const state = outcome?.after ?? null;
      if (state === 'REACHED' || state === 'MISSED') last ??= state;
    }
  }
  return last;
}
