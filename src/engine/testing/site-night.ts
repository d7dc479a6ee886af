import type { Interval } from '../../domain/interval.ts';
import { WEEKDAYS } from '../../domain/policy.ts';
import { mergeSchedule } from '../../domain/policy-rules.ts';
import type { OutcomeState } from '../../domain/session.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { runsOf } from '../../planner/runs.ts';
import { randomFor } from '../../sim/random.ts';
import type { Lane } from '../lane.ts';
import { NOON_MS, pricesOf } from './bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './site-world.ts';

const UNTIL_MS = NOON_MS + 21 * HOUR_MS;

/** What a night of several cars under one limit was like, from when all had come. */
export interface Night {
  readonly world: SiteWorld;
  readonly cars: readonly CarOfTest[];
  readonly maxPowerKw: number;
  /** Plans that moved an edge other than the end of the last run by a minute or more, of all cars. */
  readonly moves: number;
  /** The same by more than five minutes, which is what a run may wait for another that noise lets end later. */
  readonly farMoves: number;
  /** Plans that moved an edge as something had been learned of one of the cars. */
  readonly caused: number;
  readonly starts: number;
  /** Of the targets how many were reached in time. */
  readonly reached: number;
  /** How often an outcome turned between ON_TRACK and AT_RISK. */
  readonly turns: number;
  readonly entries: number;
}

/**
 * Two to five cars that come in the evening, want to be ready at some time of the morning, and do at once what they are
 * told; some can be held to a power, some taper, some cannot be ready whatever is done. The same for the same seed.
 */
export function nightOf(seed: number): Night {
  const random = randomFor('night', seed);
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[whole(0, values.length - 1)] ?? values[0];
  const maxPowerKw = oneOf([5, 6, 8, 11, 11, 14, 17]);
  const prices = pricesOf(
    Array.from({ length: 24 }, (_, hour) => {
      const wave = 0.15 + 0.1 * Math.sin(hour / 6 + 1);
      return Math.round((wave + 0.1 * random()) * 1000) / 1000;
    }),
  );
  const cars = Array.from({ length: oneOf([2, 2, 3, 3, 3, 4, 4, 5]) }, (_, index): CarOfTest => {
    const powerKw = oneOf([3.7, 7.4, 7.4, 11, 11, 22]);
    const leastKw = oneOf([undefined, undefined, 1.38, 4.14]);
    return {
      id: `car ${index}`,
      powerKw,
      levelPercent: whole(5, 75),
      capacityWh: oneOf([40_000, 60_000, 77_000]),
      plugInAtMs: NOON_MS + whole(4 * 60, 9 * 60) * MINUTE_MS,
      reportsEveryMs: 5 * MINUTE_MS,
      isPowerUnknown: random() < 0.4 && powerKw <= 7.4,
      ...(random() < 0.3 ? { taperFromPercent: 80 } : {}),
      ...(leastKw === undefined || leastKw >= powerKw ? {} : { leastPowerKw: leastKw }),
      policy: {
        batteryReserve: oneOf([0, 0, 20]),
        schedule: everyDay(`0${whole(3, 9)}:00`, oneOf([60, 70, 80, 80, 90])),
      },
    };
  });
  const world = siteWorldOf({ maxPowerKw, cars, prices });
  world.runUntil(UNTIL_MS);
  return {
    world,
    cars,
    maxPowerKw,
    ...countedIn(world, Math.max(...cars.map(({ plugInAtMs }) => plugInAtMs))),
  };
}

function everyDay(deadline: string, minimumChargeTarget: number) {
  return mergeSchedule(
    {},
    Object.fromEntries(WEEKDAYS.map((day) => [day, { deadline, minimumChargeTarget }])),
  );
}

type Counts = { -readonly [Key in keyof Omit<Night, 'world' | 'cars' | 'maxPowerKw'>]: number };

function countedIn({ steps }: SiteWorld, allInAtMs: number): Counts {
  const counts: Counts = { moves: 0, farMoves: 0, caused: 0, starts: 0, reached: 0, turns: 0, entries: 0 };
  const last = new Map<string, Seen>();
  for (let i = 0; i < steps.length; ) {
    const atMs = steps[i]?.atMs ?? 0;
    const group: (typeof steps)[number][] = [];
    const ids = new Set<string>();
    while (i < steps.length && steps[i]?.atMs === atMs && !ids.has(steps[i]?.id ?? '')) {
      const step = steps[i];
      if (step === undefined) break;
      ids.add(step.id);
      group.push(step);
      i++;
    }
    const now = group.map(({ id, result }) => ({ id, result, seen: seenOf(result.lane) }));
    const isCaused = now.some(({ id, seen }) => isNews(last.get(id), seen));
    for (const { id, result, seen } of now) {
      const before = last.get(id);
      last.set(id, seen);
      if (before === undefined || atMs <= allInAtMs) continue;
      if (!before.isOn && seen.isOn) counts.starts++;
      if (before.outcome !== seen.outcome) {
        if (seen.outcome === 'REACHED') counts.reached++;
        if ([before.outcome, seen.outcome].every((each) => each === 'ON_TRACK' || each === 'AT_RISK')) {
          counts.turns++;
        }
      }
      counts.entries += result.history.length;
      const byMs = movedByMs(before.runs, seen.runs, atMs);
      if (byMs < MINUTE_MS) continue;
      if (isCaused) counts.caused++;
      else {
        counts.moves++;
        if (byMs > 5 * MINUTE_MS) counts.farMoves++;
      }
    }
  }
  return counts;
}

interface Seen {
  readonly runs: readonly Interval[];
  readonly isOn: boolean;
  readonly outcome: OutcomeState | null;
  /** What else is known of the car. */
  readonly known: string;
  readonly powerKw: number;
}

function seenOf(lane: Lane): Seen {
  const session = Object.values(lane.current)[0];
  const plan = session?.plan ?? null;
  const aim = session?.aim;
  return {
    runs: runsOf(plan?.plan.blocks ?? []),
    isOn: lane.observed.isCharging?.value === true,
    outcome: aim?.state ?? null,
    known: [plan?.targetId, aim?.isMet, aim?.isLate, session?.isFillingReserve, plan?.marginReason].join(),
    powerKw: plan?.car.curve[0]?.powerKw ?? 0,
  };
}

/** Whether something was learned of a car that is more than noise. */
function isNews(before: Seen | undefined, now: Seen): boolean {
  return (
    before === undefined ||
    before.known !== now.known ||
    Math.abs(before.powerKw - now.powerKw) > 0.03 * now.powerKw
  );
}

/** How far an edge was moved that lay ahead, came or went, but the end of the last run; a day where it came or went. */
function movedByMs(before: readonly Interval[], now: readonly Interval[], nowMs: number): number {
  const old = edgesAhead(before, nowMs);
  const fresh = edgesAhead(now, nowMs);
  const farthest = (some: readonly number[], others: readonly number[]): number =>
    Math.max(0, ...some.map((edge) => Math.min(DAY_MS, ...others.map((other) => Math.abs(other - edge)))));
  return Math.max(farthest(old.inner, fresh.all), farthest(fresh.inner, old.all));
}

function edgesAhead(runs: readonly Interval[], nowMs: number) {
  const all = runs.flatMap(({ startAtMs, endAtMs }) => [startAtMs, endAtMs]);
  // What begins or ends just now is gone, and has not moved.
  const isAhead = (edge: number): boolean => edge > nowMs + MINUTE_MS;
  return { all: [nowMs, ...all], inner: all.slice(0, -1).filter(isAhead) };
}
