import { describe, expect, it } from 'vitest';
import type { PriceSlot } from '../../domain/price.ts';
import { DAY_MS, HOUR_MS } from '../../domain/units.ts';
import { publishedUntilMs } from './publication.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';
import { replayLog } from './testing/replay-log.ts';

const DAY = Date.UTC(2026, 0, 5);
const PUBLICATION = { timezone: 'Europe/Copenhagen', time: '13:00' };

/** Prices of three weeks that are never the same on two days. */
const PRICES: readonly PriceSlot[] = Array.from({ length: 24 * 21 }, (_, hour) => ({
  startAtMs: DAY - 7 * DAY_MS + hour * HOUR_MS,
  endAtMs: DAY - 7 * DAY_MS + (hour + 1) * HOUR_MS,
  price: 0.1 + 0.08 * Math.sin(hour / 3.7) + 0.03 * Math.sin(hour * 2.1),
  provenance: 'known',
}));

const RULES: ReplayRules = {
  prices: { currency: 'EUR', slots: PRICES },
  publication: PUBLICATION,
  plant: 'exact',
  readyBy: 'plug-out',
  marginMs: 0,
  minRunMinutes: 0,
  isForecastOn: true,
  earlyRatio: 0,
  replanGainRatio: null,
};

/** Three visits of one car: an afternoon and a night, two days over a publication, a short one. */
const SESSIONS: readonly RecordedSession[] = [
  visit('first', 14.25, 17, 40),
  visit('second', 35.1, 44, 20),
  visit('third', 84, 6, 80),
];

function visit(id: string, fromHour: number, hours: number, startPercent: number): RecordedSession {
  const pluggedInAtMs = DAY + fromHour * HOUR_MS;
  return {
    id,
    userId: 'u1',
    pluggedInAtMs,
    pluggedOutAtMs: pluggedInAtMs + hours * HOUR_MS,
    powerKw: 3.6,
    capacityWh: 40_000,
    startPercent,
    energyKwh: 12,
  };
}

/** The same world up to an instant, and nonsense after it: what nobody could know then. */
function changedAfter(atMs: number, rules: ReplayRules): [readonly RecordedSession[], ReplayRules] {
  const knownUntilMs = publishedUntilMs(rules.publication, atMs);
  const slots = rules.prices.slots.map((slot, index) =>
    slot.startAtMs < knownUntilMs ? slot : { ...slot, price: index % 2 === 0 ? -9 : 99 },
  );
  const sessions = SESSIONS.filter(({ pluggedInAtMs }) => pluggedInAtMs <= atMs).map((session) => {
    const isOpen = session.pluggedOutAtMs > atMs;
    const isTold = rules.readyBy === 'plug-out';
    const leavesAtMs = isOpen && !isTold ? session.pluggedOutAtMs + 5 * HOUR_MS : session.pluggedOutAtMs;
    return { ...session, energyKwh: 777, pluggedOutAtMs: leavesAtMs };
  });
  return [sessions, { ...rules, prices: { ...rules.prices, slots } }];
}

describe('a back-test knows nothing of later', () => {
  const worlds: readonly (readonly [string, number, Partial<ReplayRules>])[] = [
    ['ready by plug-out, with a forecast', 2.9, {}],
    ['ready by plug-out, without a forecast', 5.3, { isForecastOn: false }],
    ['ready by a time, so that plug-out is not known either', 5.3, { readyBy: '07:00' }],
    [
      'a real car of which more is learnt as it charges',
      23.7,
      { plant: 'real', marginMs: null, minRunMinutes: 15 },
    ],
    [
      'a real car, ready by a time',
      19.3,
      { plant: 'real', marginMs: null, minRunMinutes: 15, readyBy: '07:00' },
    ],
  ];

  it.each(worlds)('%s: nonsense after now changes no decision up to now', (_name, everyHours, changes) => {
    const rules = { ...RULES, ...changes };
    const whole = replayLog(SESSIONS, rules);
    expect(new Set(whole.map(({ command }) => command)).size).toBeGreaterThan(5);
    let compared = 0;
    for (let atMs = DAY + 14.6 * HOUR_MS; atMs < DAY + 92 * HOUR_MS; atMs += everyHours * HOUR_MS) {
      const before = whole.filter((step) => step.atMs <= atMs);
      const cut = replayLog(...changedAfter(atMs, rules)).filter((step) => step.atMs <= atMs);
      expect(cut).toEqual(before);
      compared += before.length;
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('would be seen to know: where all prices are published at once, nonsense changes the plan at plug-in', () => {
    const atMs = DAY + 40 * HOUR_MS;
    const [sessions, rules] = changedAfter(atMs, RULES);
    const early = { timezone: 'Pacific/Kiritimati', time: '00:00' };
    const whole = replayLog(SESSIONS, { ...RULES, publication: early });
    const cut = replayLog(sessions, { ...rules, publication: early });
    const upTo = (log: typeof whole) => log.filter((step) => step.atMs <= atMs);
    expect(upTo(cut)).not.toEqual(upTo(whole));
  });
});
