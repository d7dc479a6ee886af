import { describe, expect, it } from 'vitest';
import type { PriceSlot } from '../../domain/price.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { escaped } from './chart-svg.ts';
import { factsOf } from './facts.ts';
import { backtestPage } from './page.ts';
import { readPricesCsv } from './prices-csv.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { BacktestReport } from './report.ts';
import { runBacktest } from './run.ts';
import { type RecordedSession, readSessionsCsv, type SessionRow } from './sessions-csv.ts';
import { backtestTable } from './table.ts';
import { hasRealData, realFile } from './testing/real-data.ts';

const DAY = Date.UTC(2026, 0, 5);

/** Prices of ten days, each hour of the day its own: cheapest from 02:00 to 04:00, dearest at 18:00. */
function tenDays(): PriceSlot[] {
  const pattern = [5, 4, 1, 1, 3, 6, 8, 9, 9, 8, 7, 6, 6, 6, 7, 8, 9, 11, 12, 11, 10, 9, 8, 6];
  return Array.from({ length: 240 }, (_, hour) => ({
    startAtMs: DAY + hour * HOUR_MS,
    endAtMs: DAY + (hour + 1) * HOUR_MS,
    price: (pattern[hour % 24] ?? 0) / 100,
    provenance: 'known' as const,
  }));
}

/** The same, but cheapest in the hour before 07:00. */
function cheapAtSix(): PriceSlot[] {
  return tenDays().map((slot, hour) => (hour % 24 === 6 ? { ...slot, price: 0.001 } : slot));
}

const RULES: ReplayRules = {
  prices: { currency: 'EUR', slots: tenDays() },
  publication: { timezone: 'UTC', time: '13:00' },
  plant: 'exact',
  readyBy: 'plug-out',
  marginMs: 0,
  minRunMinutes: 0,
  isForecastOn: false,
  earlyRatio: 0,
  replanGainRatio: null,
};

/** 12 kWh at the plug at 4 kW: three hours. */
function night(day: number, changes: Partial<RecordedSession> = {}): SessionRow {
  const pluggedInAtMs = DAY + day * DAY_MS + 18 * HOUR_MS;
  return {
    kind: 'session',
    session: {
      id: `night-${day}`,
      userId: 'u1',
      pluggedInAtMs,
      pluggedOutAtMs: pluggedInAtMs + 13 * HOUR_MS,
      powerKw: 4,
      capacityWh: 40_000,
      startPercent: 68.6,
      energyKwh: 12,
      ...changes,
    },
  };
}

async function backtest(
  rows: readonly SessionRow[],
  changes: Partial<ReplayRules> = {},
  workerCount = 1,
): Promise<BacktestReport> {
  async function* stream() {
    yield* rows;
  }
  const host = { nowMs: () => 0, onProgress: () => {}, workerCount };
  return runBacktest(stream(), { ...RULES, ...changes }, Number.POSITIVE_INFINITY, host);
}

describe('a back-test', () => {
  it('charges in the cheapest hours, and the engine accounts for what the meter says', async () => {
    const report = await backtest([night(0), night(1), night(2)]);
    expect(report).toMatchObject({ sessions: 3, secondCarSessions: 0, skipped: {}, recordedKwh: 36 });
    expect(report.kwh).toBeCloseTo(36, 2);
    expect(report.costActual).toBeCloseTo(3 * 4 * 0.05, 4);
    expect(report.costReference.perfectForesight).toBeCloseTo(3 * 4 * 0.05, 9);
    expect(report.costReference.atOnce).toBeCloseTo(3 * 4 * 0.33, 9);
    expect(report.shareOfPossibleSaving).toBeCloseTo(1, 3);
    expect(report.engineAccount.kwh).toBeCloseTo(report.kwh, 2);
    expect(report.engineAccount.costActual).toBeCloseTo(report.costActual, 3);
    expect(report.engineAccount.sessionsWithoutValuation).toBe(0);
    expect(report.ready).toMatchObject({
      ready: 3,
      feasible: 3,
      readyOfFeasible: 3,
      missedWithMinuteToSpare: 0,
    });
    expect(report.totals).toMatchObject({ starts: 3, lostReadings: 0 });
  });

  it('runs a session that overlaps, or follows within the grace, as a second car', async () => {
    const first = night(0);
    const outAtMs = first.kind === 'session' ? first.session.pluggedOutAtMs : 0;
    const report = await backtest([
      first,
      night(0, {
        id: 'overlapping',
        pluggedInAtMs: outAtMs - HOUR_MS,
        pluggedOutAtMs: outAtMs + 5 * HOUR_MS,
      }),
      night(0, {
        id: 'right after',
        pluggedInAtMs: outAtMs + 2 * MINUTE_MS,
        pluggedOutAtMs: outAtMs + 6 * HOUR_MS,
      }),
      night(3),
    ]);
    expect(report).toMatchObject({ sessions: 4, secondCarSessions: 2 });
    expect(report.ready.ready).toBe(4);
    expect(report.kwh).toBeCloseTo(48, 1);
  });

  it('does what it can where there is too little time, and says so', async () => {
    const hurried = night(0, { pluggedOutAtMs: DAY + 20 * HOUR_MS });
    const report = await backtest([hurried]);
    expect(report.kwh).toBeCloseTo(8, 1);
    expect(report.ready).toMatchObject({ ready: 0, feasible: 0, missedWithMinuteToSpare: 0 });
    expect(report.ready.bySlack[0]).toMatchObject({ belowMinutes: 0, sessions: 1, feasible: 0 });
  });

  it('aims at a time of day, and tells who left before', async () => {
    const report = await backtest([night(0), night(1, { pluggedOutAtMs: DAY + DAY_MS + 19 * HOUR_MS })], {
      readyBy: '06:00',
    });
    expect(report.ready).toMatchObject({ leftBeforeReadyBy: 1, ready: 1 });
  });

  it('tells apart the cars that left an hour early', async () => {
    const report = await backtest([night(0), night(1), night(2)], { earlyRatio: 1 });
    // Ready at 05:00 by the plan, an hour before it had to be.
    expect(report.ready).toMatchObject({ early: { visits: 3, feasible: 3, ready: 3 }, leftBeforeReadyBy: 3 });
    const late = await backtest([night(0)], {
      earlyRatio: 1,
      prices: { currency: 'EUR', slots: cheapAtSix() },
    });
    expect(late.ready).toMatchObject({
      early: { visits: 1, feasible: 1, ready: 0 },
      feasible: 1,
      readyOfFeasible: 0,
    });
    expect(late.ready.meanShortfallPercent).toBeCloseTo(
      late.ready.bySlack.at(-1)?.worstShortfallPercent ?? 0,
      9,
    );
    expect(late.ofReady).toMatchObject({ sessions: 0, costActual: 0, shareOfPossibleSaving: null });
  });

  it('tells whether a miss was announced, and how the cars fared that stayed until ready-by', async () => {
    const hurried = night(0, { pluggedOutAtMs: DAY + 20 * HOUR_MS });
    const shortOfTime = night(1, { startPercent: 10 });
    const away = night(2, { pluggedOutAtMs: DAY + 2 * DAY_MS + 23 * HOUR_MS });
    const report = await backtest([hurried, shortOfTime, away, night(3)], { readyBy: '20:00' });
    expect(report.ready).toMatchObject({
      leftBeforeReadyBy: 0,
      stayed: { visits: 4, feasible: 0, ready: 0 },
      risk: { missed: 4, announced: 4, medianMinutes: 120, falseAlarms: 0 },
    });
    const calm = await backtest([away, night(3)], { readyBy: '06:00' });
    expect(calm.ready).toMatchObject({
      leftBeforeReadyBy: 1,
      stayed: { visits: 1, feasible: 1, ready: 1 },
      risk: { missed: 0, announced: 0, medianMinutes: null, falseAlarms: 0 },
    });
    expect(backtestTable(calm)).toContain(
      'Ready on time                  1 of 1 that stayed until ready-by and could be: 100.0 %',
    );
    expect(backtestTable(report)).toContain('4 of 4 not ready, half of them 120 min ahead or more');
  });

  it('compares costs of those alone that were ready and stayed, and says whom it leaves out', async () => {
    const gone = night(1, { pluggedOutAtMs: DAY + DAY_MS + 19 * HOUR_MS });
    const hopeless = night(2, { userId: 'u2', powerKw: 0.5 });
    const mixed = await backtest([night(0), gone, hopeless, night(3)], { readyBy: '06:00' });
    const alike = await backtest([night(0), night(3)], { readyBy: '06:00' });
    expect(mixed.compared).toEqual({
      ...alike.compared,
      leftOut: { leftBeforeReadyBy: 1, notReady: 0, outOfReach: 1 },
    });
    expect(alike.compared).toMatchObject({
      sessions: 2,
      costActual: alike.costActual,
      costReference: alike.costReference,
      byMonth: alike.byMonth,
      savingPerSession: alike.savingPerSession,
      shareOfPossibleSaving: alike.shareOfPossibleSaving,
      startsPerSession: alike.startsPerSession,
      startsPerSessionOfOptimum: alike.startsPerSessionOfOptimum,
    });
    expect(alike.ready.stayed).toMatchObject({ visits: 2, bySlack: alike.ready.bySlack });
    const page = backtestPage(mixed);
    expect(page).toContain('<h1>84.8 % cheaper than charging at once</h1>');
    expect(page).toContain('Costs are of 2 of 4 sessions');
    expect(page).toContain('<dt>Left before ready-by</dt><dd>25.0 %</dd>');
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
    for (const [name, value] of factsOf(mixed)) {
      expect(page).toContain(`<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`);
      expect(backtestTable(mixed)).toContain(`${name.padEnd(30)} ${value}`);
    }
  });

  it('has a page for cars none of which stayed', async () => {
    const page = backtestPage(
      await backtest([night(0, { pluggedOutAtMs: DAY + 19 * HOUR_MS })], { readyBy: '06:00' }),
    );
    expect(page).toContain('<h1>1 session, and none whose costs compare</h1>');
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
  });

  it('does not start and stop a car for the last watt-second of a tight plan', async () => {
    // Of the dear hour only the 1,143 s are needed that the cheap ones leave over, to the last millisecond.
    const tight = night(0, {
      pluggedInAtMs: DAY + 10 * HOUR_MS + MINUTE_MS,
      pluggedOutAtMs: DAY + 12 * HOUR_MS + 59 * MINUTE_MS,
      powerKw: 3.432,
      capacityWh: 9630,
      startPercent: 54.2,
      energyKwh: 4.465,
    });
    const slots = tenDays().map((slot, hour) => ({
      ...slot,
      price: [-0.01, -0.02, -0.03][(hour % 24) - 10] ?? 0.05,
    }));
    const report = await backtest([tight], { prices: { currency: 'EUR', slots } });
    expect(report.ready).toMatchObject({ ready: 1 });
    expect(report.totals.commands).toBeLessThanOrEqual(4);
    expect(report.totals.advances).toBeLessThan(40);
  });

  it('counts what it leaves out, and drives the rest', async () => {
    const report = await backtest([
      { kind: 'unusable', reason: 'no_estimate' },
      night(40),
      { kind: 'unusable', reason: 'no_estimate' },
      night(1),
    ]);
    expect(report).toMatchObject({ sessions: 1, skipped: { no_estimate: 2, outside_prices: 1 } });
  });

  it('makes a weaker car ready too, though it is told nothing of it', async () => {
    const report = await backtest([night(0), night(1), night(2), night(3)], {
      plant: 'real',
      marginMs: null,
      minRunMinutes: 15,
    });
    expect(report.ready).toMatchObject({ feasible: 4, readyOfFeasible: 4 });
    expect(report.totals.readings).toBeGreaterThan(4 * 13 * 10);
  });

  it('gives the same report, to the byte, from one thread and from two', async () => {
    const rows = Array.from({ length: 104 }, (_, index) =>
      night(index % 8, {
        id: `s${index}`,
        userId: `u${index % 7}`,
        startPercent: 40 + (index % 50),
        powerKw: 3 + (index % 5) * 0.7,
      }),
    );
    const alone = await backtest([{ kind: 'unusable', reason: 'no_estimate' }, ...rows]);
    const shared = await backtest([{ kind: 'unusable', reason: 'no_estimate' }, ...rows], {}, 2);
    expect(alone.sessions).toBe(104);
    expect(JSON.stringify(shared)).toBe(JSON.stringify(alone));
  });

  it('ends when a worker fails, and says why', async () => {
    const rows = Array.from({ length: 104 }, (_, index) => night(index % 8, { userId: `u${index}` }));
    const publication = { timezone: 'Mars/Base', time: '13:00' };
    await expect(backtest(rows, { publication }, 2)).rejects.toThrow('MARS/BASE');
  });

  it('shows itself as a table', async () => {
    const text = backtestTable(await backtest([night(0)]));
    expect(text).toContain('1 session, 12 kWh at the plug');
    expect(text).toContain('No row skipped.');
    expect(text).toMatch(/tidewatt +0\.20 EUR +15\.\d % +█{6}/);
    expect(text).toContain('Ready on time                  1 of 1 that could be: 100.0 %');
    expect(text).toContain('Costs are of all 1 session: each was ready,');
  });

  it('shows itself as a page that needs nothing else, with four charts', async () => {
    const page = backtestPage(
      await backtest([night(0), night(1, { id: '<b>' }), { kind: 'unusable', reason: 'no_estimate' }]),
    );
    // Each of them once for a screen and once for a phone.
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page).toContain('<h1>84.8 % cheaper than charging at once</h1>');
    expect(page).toContain('<td>Skipped: without an estimate of battery, power or level</td><td>1</td>');
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(page).not.toMatch(/<script|https?:|src=|url\(/);
  });

  it('shows a page of no sessions without charts of nothing', async () => {
    const page = backtestPage(await backtest([]));
    expect(page).toContain('No session could be driven');
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
  });
});

describe.skipIf(!hasRealData)('a back-test on real data (skipped where the data is absent)', () => {
  it('costs no more than planning once, and makes ready what can be', async () => {
    const prices = await readPricesCsv(realFile('prices/dk1_2023-2024_60min.csv'));
    const rows = readSessionsCsv(
      realFile('sessions/norway_residential_sessions.csv'),
      'Europe/Copenhagen',
      208,
    );
    const rules = { ...RULES, prices, publication: { timezone: 'Europe/Copenhagen', time: '13:00' } };
    const report = await runBacktest(rows, rules, 150, {
      nowMs: () => 0,
      onProgress: () => {},
      workerCount: 1,
    });
    expect(report.sessions).toBe(150);
    expect(Math.abs(report.kwh / report.recordedKwh - 1)).toBeLessThan(0.001);
    expect(report.costActual).toBeLessThanOrEqual(report.costReference.plannedOnce);
    expect(report.costActual).toBeLessThanOrEqual(report.costReference.perfectForesight * 1.02);
    expect(report.ready.missed).toEqual([]);
    expect(report.perSession.advances).toBeLessThan(80);
    expect(Math.abs(report.engineAccount.kwh / report.kwh - 1)).toBeLessThan(0.001);
    expect(Math.abs(report.engineAccount.costActual / report.costActual - 1)).toBeLessThan(0.001);
  });
});
