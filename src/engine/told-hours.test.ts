import { expect, test } from 'vitest';
import type { WhyCode } from '../domain/history.ts';
import { WEEKDAYS } from '../domain/policy.ts';
import { mergeSchedule } from '../domain/policy-rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { randomFor } from '../sim/random.ts';
import { toInstant } from '../wire/scalars.ts';
import type { CurrentSession } from './lane.ts';
import { benchOf, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

const WORLDS = 20;
const LIMIT_MS = 240_000;

/** One to three cars with any policy, each alone or two under one limit, from the afternoon to the next noon. */
function worldOf(seed: number): SiteWorld {
  const random = randomFor('told hours', seed);
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[whole(0, values.length - 1)] ?? values[0];
  const maxPowerKw = oneOf([null, null, 8, 11]);
  const prices = pricesOf(
    Array.from({ length: 40 }, () => Math.round((random() * 0.4 - 0.03) * 1000) / 1000),
  );
  const cars = Array.from({ length: maxPowerKw === null ? whole(1, 3) : 2 }, (_, index): CarOfTest => {
    const powerKw = oneOf([3.7, 7.4, 7.4, 11]);
    const schedule = Object.fromEntries(
      WEEKDAYS.map((day) => [
        day,
        {
          deadline: `0${whole(3, 9)}:${oneOf(['00', '20', '45'])}`,
          minimumChargeTarget: oneOf([60, 80, 90]),
        },
      ]),
    );
    return {
      id: `car ${index}`,
      powerKw,
      levelPercent: whole(5, 75),
      capacityWh: oneOf([40_000, 60_000, 77_000]),
      plugInAtMs: NOON_MS + whole(2 * 60, 11 * 60) * MINUTE_MS,
      isPowerUnknown: random() < 0.3,
      startsAtPlugIn: random() < 0.2,
      ...(random() < 0.4 ? { taperFromPercent: 80 } : {}),
      ...(random() < 0.4 ? { leastPowerKw: 1.38 } : {}),
      policy: {
        batteryReserve: oneOf([0, 20, 40]),
        minRunMinutes: oneOf([0, 15, 15, 45]),
        startCost: oneOf([0, 0.02, 0.2]),
        preconditionMinutes: oneOf([0, 0, 0, 30]),
        opportunisticPrice: oneOf([null, null, null, 0.02]),
        restrictionSchedule: oneOf([
          [],
          [],
          [{ type: 'AVOID' as const, startTime: '01:00', endTime: '04:30', weekdays: [0, 1, 2, 3, 4, 5, 6] }],
        ]),
        schedule: mergeSchedule({}, schedule),
      },
    };
  });
  return siteWorldOf({ maxPowerKw, cars, prices });
}

const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;

interface Run {
  readonly startAtMs: number;
  readonly endAtMs: number;
}

/** Blocks that touch are one run: the car goes on. */
function runsIn({ plan }: CurrentSession): readonly Run[] {
  const runs: Run[] = [];
  for (const { startAtMs, endAtMs } of plan?.plan.blocks ?? []) {
    const last = runs.at(-1);
    if (last !== undefined && last.endAtMs === startAtMs) runs[runs.length - 1] = { ...last, endAtMs };
    else runs.push({ startAtMs, endAtMs });
  }
  return runs;
}

/** Reasons whose sentence says when the charge begins. */
const BEGINS: ReadonlySet<WhyCode> = new Set<WhyCode>([
  'WAITING_FOR_CHEAP_HOUR',
  'WAITING_FOR_FORECAST_HOUR',
  'WAITING_FOR_PRICES',
  'WAITING_FOR_ALLOWED_HOUR',
  'WAITING_FOR_OTHER_CAR',
  'WAITING_FOR_EARLIER_CAR',
  'WAITING_ITS_TURN',
  'WAITING_FOR_CAR_IN_TIME',
  'WAITING_FOR_FREE_HOUR',
]);
/** The worlds must tell of these, or nothing was checked. */
const REACHED: readonly WhyCode[] = [
  'WAITING_FOR_CHEAP_HOUR',
  'WAITING_FOR_ALLOWED_HOUR',
  'WAITING_FOR_OTHER_CAR',
  'WAITING_FOR_FREE_HOUR',
  'CHARGING_RUN_ON',
];

/** What moves by less is the same plan to a driver, and no sentence of its own. */
const MOVED_MS = 5 * MINUTE_MS;

test(
  'each hour that a sentence names of a plan is an edge of that plan, and is true until the next sentence',
  () => {
    const found: string[] = [];
    const seen = new Set<WhyCode>();
    for (const [index, world] of livedWorlds().entries()) {
      for (const { atMs, id, result } of world.steps) {
        const [session] = Object.values(result.lane.current);
        const why = session?.history?.why;
        if (session === undefined || why === undefined) continue;
        seen.add(why.code);
        const runs = runsIn(session).filter(({ endAtMs }) => endAtMs > atMs);
        const named = namedIn(why.code, runs, atMs);
        const leastMs = result.history.length > 0 ? 1 : MOVED_MS;
        if (named !== undefined && isFar(why.atMs, named, leastMs)) {
          found.push(
            `seed ${index + 1} ${id} ${shown(atMs)} ${why.code}: ${shown(why.atMs)}, planned ${shown(named)}`,
          );
        }
      }
    }
    expect(found).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([...REACHED]));
  },
  LIMIT_MS,
);

/** The edge of the plan that a sentence speaks of; undefined where it names none. */
function namedIn(code: WhyCode, runs: readonly Run[], atMs: number): number | null | undefined {
  if (BEGINS.has(code)) return runs.find(({ startAtMs }) => startAtMs > atMs)?.startAtMs ?? null;
  if (code !== 'CHARGING_RUN_ON') return undefined;
  return runs.find(({ startAtMs }) => startAtMs <= atMs)?.endAtMs ?? null;
}

function isFar(one: number | null, other: number | null, leastMs: number): boolean {
  return one === null || other === null ? one !== other : Math.abs(one - other) >= leastMs;
}

function shown(atMs: number | null): string {
  return atMs === null ? 'none' : toInstant(atMs);
}

test(
  'blocks lie on whole milliseconds in plans, in what is said of other cars, and in sessions as they are told',
  () => {
    const edges: number[] = [];
    for (const { result } of livedWorlds().flatMap(({ steps }) => steps)) {
      const stored = Object.values(result.lane.current).flatMap(({ plan, blocks }) => [
        ...(plan?.plan.blocks ?? []),
        ...(plan?.together?.others ?? []),
        ...blocks,
      ]);
      const told = result.events.flatMap((event) =>
        event.kind === 'session-updated' ? event.session.blocks : [],
      );
      for (const { startAtMs, endAtMs } of [...stored, ...told]) edges.push(startAtMs, endAtMs);
    }
    expect(edges.length).toBeGreaterThan(1000);
    expect(edges.filter((atMs) => !Number.isInteger(atMs) || Date.parse(toInstant(atMs)) !== atMs)).toEqual(
      [],
    );
  },
  LIMIT_MS,
);

let lived: readonly SiteWorld[] = [];

/** The worlds, each lived once for all tests. */
function livedWorlds(): readonly SiteWorld[] {
  if (lived.length === 0) {
    lived = Array.from({ length: WORLDS }, (_, index) => worldOf(index + 1));
    for (const world of lived) world.runUntil(NOON_MS + 24 * HOUR_MS);
  }
  return lived;
}

test('a car that is left alone as it stops by itself is told until when, which is not the next planned charge', () => {
  const bench = benchOf({ prices: pricesOf([0.3, 0.3, 0.1, 0.1, 0.3, 0.3, 0.1, 0.3]) });
  bench.step(NOON_MS, { kind: 'policy-set', policy: policyOf({ batteryReserve: 0 }) });
  bench.read(NOON_MS + HOUR_MS, { ...IDLE, levelPercent: 45 });
  const [first, second] = bench.session().blocks;
  if (first === undefined || second === undefined) throw new Error('two blocks were planned');
  bench.until(first.startAtMs);
  for (let minute = 1; minute <= 6; minute++) {
    bench.read(first.startAtMs + minute * MINUTE_MS, { ...(minute % 2 === 1 ? ON : IDLE), levelPercent: 45 });
  }
  const entry = bench.steps.flatMap(({ history }) => history).at(-1);
  const { leftAloneUntilMs } = bench.lane().control;
  expect(entry?.why).toMatchObject({ code: 'LEFT_ALONE', atMs: leftAloneUntilMs });
  expect(leftAloneUntilMs).toBeLessThan(second.startAtMs);
});
