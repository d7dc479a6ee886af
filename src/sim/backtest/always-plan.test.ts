import { describe, expect, it } from 'vitest';
import type { Interval } from '../../domain/interval.ts';
import type { PriceSlot } from '../../domain/price.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { randomFor } from '../random.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';
import { type LoggedStep, replayLog } from './testing/replay-log.ts';

const DAY = Date.UTC(2026, 0, 5);
const DAYS = 24;
const random = randomFor('always-plan', 'seed 1');

const PRICES: readonly PriceSlot[] = Array.from({ length: 24 * (DAYS + 10) }, (_, hour) => ({
  startAtMs: DAY - 7 * DAY_MS + hour * HOUR_MS,
  endAtMs: DAY - 7 * DAY_MS + (hour + 1) * HOUR_MS,
  price: 0.1 + 0.08 * Math.sin(hour / 3.7) + 0.1 * (random() - 0.5),
  provenance: 'known',
}));

const RULES: ReplayRules = {
  prices: { currency: 'EUR', slots: PRICES },
  publication: { timezone: 'Europe/Copenhagen', time: '13:00' },
  plant: 'exact',
  readyBy: 'plug-out',
  marginMs: 0,
  minRunMinutes: 0,
  isForecastOn: true,
  earlyRatio: 0,
  replanGainRatio: null,
};

/** A visit a day, some of them tight, at whole minutes as they are recorded. */
const SESSIONS: readonly RecordedSession[] = Array.from({ length: DAYS }, (_, day) => {
  const pluggedInAtMs = DAY + day * DAY_MS + Math.floor(random() * 6 * 60) * MINUTE_MS;
  return {
    id: `s${day}`,
    userId: 'u1',
    pluggedInAtMs,
    pluggedOutAtMs: pluggedInAtMs + Math.floor(60 + random() * 16 * 60) * MINUTE_MS,
    powerKw: 3.6,
    capacityWh: 40_000,
    startPercent: Math.round(10 * (20 + random() * 75)) / 10,
    energyKwh: 12,
  };
});

/** Less than this is what planning at each reading corrects: the last Wh of a meter. */
const TOLERANCE_MS = 2_500;

describe('planning only where the last plan is not shown to be the best', () => {
  const worlds: readonly (readonly [string, Partial<ReplayRules>])[] = [
    ['exact', {}],
    ['exact, with the learned margin', { marginMs: null }],
    ['exact, with a least length of runs', { minRunMinutes: 30 }],
    ['exact, without a forecast', { isForecastOn: false }],
  ];

  it.each(worlds)(
    '%s: the car is charged when it would be if every reading were planned on',
    (_name, changes) => {
      const rules = { ...RULES, ...changes };
      const often = replayLog(SESSIONS, rules, { alwaysPlan: true });
      const rarely = replayLog(SESSIONS, rules);
      const [expected, actual] = [chargesOf(often), chargesOf(rarely)];
      expect(actual.map(rounded)).toHaveLength(expected.length);
      for (const [index, charge] of expected.entries()) {
        expect(Math.abs((actual[index]?.startAtMs ?? 0) - charge.startAtMs)).toBeLessThanOrEqual(
          TOLERANCE_MS,
        );
        expect(Math.abs((actual[index]?.endAtMs ?? 0) - charge.endAtMs)).toBeLessThanOrEqual(TOLERANCE_MS);
      }
      expect(plansIn(rarely)).toBeLessThan(plansIn(often) * (rules.marginMs === null ? 1 : 0.6));
    },
  );
});

/** When the car was wanted to charge, but for moments. */
function chargesOf(log: readonly LoggedStep[]): Interval[] {
  const charges: Interval[] = [];
  let startAtMs: number | null = null;
  for (const { atMs, wanted } of log) {
    if (wanted === 'on') {
      startAtMs ??= atMs;
    } else if (startAtMs !== null) {
      if (atMs - startAtMs > TOLERANCE_MS) charges.push({ startAtMs, endAtMs: atMs });
      startAtMs = null;
    }
  }
  return charges;
}

function rounded({ startAtMs, endAtMs }: Interval): string {
  return `${new Date(startAtMs).toISOString()} ${new Date(endAtMs).toISOString()}`;
}

function plansIn(log: readonly LoggedStep[]): number {
  return log.filter((step, index) => step.plan !== null && step.plan !== log[index - 1]?.plan).length;
}
