import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { SiteCar, SitePlan } from './site.ts';
import { planSite } from './site.ts';
import { seeded } from './testing/cases.ts';
import { problemWith } from './testing/drawn.ts';
import { siteCase } from './testing/site-cases.ts';

/** The limit, and what each car takes that is on or off. */
const LIMIT_KW = 5;
const KINDS = [
  { name: 'on or off', powerKw: LIMIT_KW, leastPowerKw: null },
  { name: 'held to a power', powerKw: 11, leastPowerKw: 4.14 },
] as const;

interface Wanted {
  readonly id: string;
  readonly nowMs: number;
  /** Of charging with all of the limit. */
  readonly needMs: number;
  readonly readyByMs: number;
  readonly isCharging?: boolean;
  readonly marginMs?: number;
}

const slots = Array.from({ length: 24 }, (_, hour) => ({
  startAtMs: hour * HOUR_MS,
  endAtMs: (hour + 1) * HOUR_MS,
  price: 0.1 + ((hour * 7) % 20) / 100,
  provenance: 'known' as const,
}));

function carOf({ powerKw, leastPowerKw }: (typeof KINDS)[number], wanted: Wanted): SiteCar {
  const { id, nowMs, needMs, readyByMs, isCharging = false, marginMs = 5 * MINUTE_MS } = wanted;
  const problem = problemWith({
    powerKw,
    needHours: (needMs * LIMIT_KW) / powerKw / HOUR_MS,
    slots,
    readyByMs,
    minRunMs: 15 * MINUTE_MS,
    startCost: 0.02,
  });
  return {
    id,
    leastPowerKw,
    problem: {
      ...problem,
      nowMs,
      marginMs,
      isCharging,
      stateSinceMs: isCharging ? nowMs - 40 * MINUTE_MS : null,
    },
    old: null,
  };
}

const site = (nowMs: number, cars: readonly SiteCar[]): SitePlan =>
  planSite({ nowMs, cars, limitKw: LIMIT_KW, replanGain: 0.02 });

const minutes = (made: SitePlan, id: string): number[][] =>
  (made.plans.get(id)?.blocks ?? []).map(({ startAtMs, endAtMs }) => [
    Math.round(startAtMs / MINUTE_MS),
    Math.round(endAtMs / MINUTE_MS),
  ]);

test('a run under way that is too short to be stopped goes on, though another has no minute to spare', () => {
  const { problem } = siteCase(100_190, {
    stepMinutes: 15,
    hours: 12,
    slotMinutes: [15, 60],
    minRunMinutes: [0, 15, 30],
    cars: [2, 3, 4],
  });
  const begun = problem.cars.find(({ id }) => id === 'car3')?.problem;
  expect(begun).toMatchObject({
    isCharging: true,
    stateSinceMs: problem.nowMs - 15 * MINUTE_MS,
    minRunMs: 30 * MINUTE_MS,
  });
  const [first] = planSite(problem).plans.get('car3')?.blocks ?? [];
  expect(first?.startAtMs).toBe(problem.nowMs);
  expect(first?.endAtMs).toBeGreaterThanOrEqual(problem.nowMs + 15 * MINUTE_MS);
});

describe.each(KINDS)('cars that are $name, at any second', (kind) => {
  test.each(['alone', 'beside one that cannot be ready'])(
    'a deadline that leaves a few minutes is kept (%s)',
    (company) => {
      const random = seeded(7);
      for (let n = 0; n < 60; n++) {
        const nowMs = HOUR_MS + Math.round(random() * HOUR_MS);
        const readyByMs = 4 * HOUR_MS + Math.round(random() * 60) * MINUTE_MS;
        const slackMs = random() * 16 * MINUTE_MS;
        const tight = {
          id: 'tight',
          nowMs,
          readyByMs,
          needMs: readyByMs - nowMs - slackMs,
          isCharging: true,
        };
        const hopeless = { id: 'hopeless', nowMs, readyByMs: readyByMs + HOUR_MS, needMs: 6 * HOUR_MS };
        const wanted = company === 'alone' ? [tight] : [tight, hopeless];
        const made = site(
          nowMs,
          wanted.map((each) => carOf(kind, each)),
        );
        expect(made.plans.get('tight')?.feasible, `draw ${n}, slack ${slackMs / MINUTE_MS} min`).toBe(true);
      }
    },
  );

  test('who cannot be ready takes no margin of a car that can', () => {
    const made = site(0, [
      carOf(kind, {
        id: 'able',
        nowMs: 0,
        needMs: 2 * HOUR_MS,
        readyByMs: 3 * HOUR_MS,
        marginMs: 15 * MINUTE_MS,
      }),
      carOf(kind, { id: 'hopeless', nowMs: 0, needMs: 6 * HOUR_MS, readyByMs: 4 * HOUR_MS }),
    ]);
    expect(minutes(made, 'able').at(-1)?.[1]).toBeLessThanOrEqual(165);
    // Which leaves it three quarters of an hour before, and all after.
    expect(minutes(made, 'hopeless')).toEqual([
      [0, 45],
      [165, 480],
    ]);
  });

  test('of two that cannot be ready the first charges from now on with all there is, the second after it', () => {
    const nowMs = 106 * MINUTE_MS;
    const made = site(nowMs, [
      carOf(kind, { id: 'first', nowMs, needMs: 80 * MINUTE_MS, readyByMs: 3 * HOUR_MS, isCharging: true }),
      carOf(kind, { id: 'second', nowMs, needMs: 5 * HOUR_MS, readyByMs: 4 * HOUR_MS }),
    ]);
    expect(minutes(made, 'first')).toEqual([[106, 186]]);
    expect(minutes(made, 'second')).toEqual([[186, 486]]);
  });
});
