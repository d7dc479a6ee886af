import { expect, test } from 'vitest';
import type { Why } from '../domain/history.ts';
import { DEFAULT_POLICY_SETTINGS } from '../domain/policy-rules.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { CurrentSession } from './lane.ts';
import { NOON_MS, pricesOf } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const PLUG_IN_MS = at(19, 43);

/** Cheap at six, dear at eleven, twice a day. */
const WAVES = pricesOf(
  Array.from({ length: 24 }, (_, hour) => 0.15 + 0.1 * Math.sin(((hour + 1) / 6) * Math.PI + 1)),
);

interface Asked {
  readonly levelPercent: number;
  readonly targetPercent: number;
  readonly deadline: string;
}

const EVENINGS: readonly (readonly [string, Readonly<Record<string, Asked>>, string | null])[] = [
  [
    'one is charged at once',
    {
      leaf: { levelPercent: 40, targetPercent: 80, deadline: '07:00' },
      van: { levelPercent: 45, targetPercent: 80, deadline: '07:00' },
      truck: { levelPercent: 30, targetPercent: 80, deadline: '08:00' },
    },
    'leaf',
  ],
  [
    'two are late',
    {
      leaf: { levelPercent: 20, targetPercent: 100, deadline: '02:00' },
      van: { levelPercent: 35, targetPercent: 100, deadline: '03:00' },
      truck: { levelPercent: 30, targetPercent: 90, deadline: '06:00' },
    },
    null,
  ],
];

test.each(EVENINGS)(
  'what is said of cars that wait for each other is true where %s',
  (_title, asked, first) => {
    const world = siteWorldOf({
      maxPowerKw: 11,
      cars: Object.entries(asked).map(([id, each]) => carOf(id, each)),
      prices: WAVES,
    });
    world.runUntil(PLUG_IN_MS);
    if (first !== null) {
      const override = { kind: 'IMMEDIATE_START', targetPercent: 100 } as const;
      world.happen(first, { kind: 'target-set', sessionId: sessionOf(world, first)?.id ?? '', override });
    }
    const ids = Object.keys(asked);
    const seen = new Set<string>();
    for (let atMs = PLUG_IN_MS + MINUTE_MS; atMs < at(29); atMs += MINUTE_MS) {
      world.runUntil(atMs);
      for (const id of ids) {
        const why = sessionOf(world, id)?.history?.why;
        if (why === undefined) continue;
        seen.add(why.code);
        for (const other of namedFirst(why)) {
          expect(namedFirst(sessionOf(world, other)?.history?.why), `${id} and ${other}`).not.toContain(id);
          const isInTime = sessionOf(world, other)?.plan?.plan.feasible;
          if (why.code === 'WAITING_FOR_CAR_IN_TIME') expect(isInTime, other).toBe(true);
        }
        if (why.code === 'WAITING_FOR_CHEAP_HOUR') {
          expect(sessionOf(world, id)?.plan?.together?.yields ?? null, id).toBeNull();
        }
      }
    }
  },
);

function carOf(id: string, { levelPercent, targetPercent, deadline }: Asked): CarOfTest {
  const days = Object.keys(DEFAULT_POLICY_SETTINGS.schedule);
  const entry = { deadline, minimumChargeTarget: targetPercent };
  const schedule = Object.fromEntries(days.map((day) => [day, entry]));
  return {
    id,
    powerKw: 7.4,
    capacityWh: id === 'leaf' ? 60_000 : 77_000,
    levelPercent,
    plugInAtMs: PLUG_IN_MS,
    policy: { batteryReserve: 0, schedule },
  };
}

function sessionOf(world: SiteWorld, id: string): CurrentSession | undefined {
  return Object.values(world.lane(id).current)[0];
}

const FIRST: readonly Why['code'][] = [
  'WAITING_FOR_OTHER_CAR',
  'WAITING_FOR_EARLIER_CAR',
  'WAITING_ITS_TURN',
  'WAITING_FOR_CAR_IN_TIME',
];

/** The cars that are said to go first. */
function namedFirst(why: Why | undefined): readonly string[] {
  return why !== undefined && FIRST.includes(why.code) ? (why.vehicleIds ?? []) : [];
}
