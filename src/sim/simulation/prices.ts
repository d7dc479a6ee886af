import { type LocalDate, localDateOf } from '../../domain/calendar.ts';
import { DAY_MS, HOUR_MS } from '../../domain/units.ts';
import {
  type DayAhead,
  dayAheadPrices,
  MARKET_ZONES,
  type MarketZone,
  publicationAtMs,
} from '../demo/market.ts';
import { between, randomFor } from '../random.ts';
import { type Call, must } from './api.ts';
import type { Fault } from './faults.ts';
import type { Queue } from './queue.ts';
import type { Tally } from './tally.ts';

export interface PricesOptions {
  readonly call: Call;
  readonly seed: number;
  readonly faults: ReadonlySet<Fault>;
  readonly queue: Queue;
  readonly bornMs: number;
  readonly endMs: number;
  readonly tally: Tally;
}

/** Days of prices before the world's first, so that a forecast has something to go by. */
const HISTORY_DAYS = 7;
const MISSING_SHARE = 0.1;
const LATE_SHARE = 0.25;
const LATE_MAX_MS = 12 * HOUR_MS;
const CORRECTED_SHARE = 0.25;
const CORRECTED_AFTER_MAX_MS = 6 * HOUR_MS;

/** Pushes what is published at the world's beginning, and has each later day published at 13:00 of the day before. */
export async function publishPrices(options: PricesOptions): Promise<void> {
  const { call, bornMs, endMs, queue } = options;
  for (const market of MARKET_ZONES) {
    const path = tariffPath(market);
    await must(call, 'POST', path, { direction: 'import', currency: market.currency, per: 'kWh' });
    const first = localDateOf(market.timezoneName, bornMs - HISTORY_DAYS * DAY_MS);
    const known: DayAhead[] = [];
    for (let number = 0; ; number++) {
      const date: LocalDate = { ...first, day: first.day + number };
      const day = dayAheadPrices(market, options.seed, date);
      const fromMs = day.values[0]?.atMs ?? 0;
      const atMs = publicationAtMs(market, fromMs);
      if (atMs > endMs) break;
      if (atMs <= bornMs) known.push(day);
      else queue.add(atMs, () => publishDay(options, market, day, atMs));
    }
    for (const day of known) await put(call, market, day, `first`);
  }
}

/** One day of one zone, as it should be or as it goes wrong. */
async function publishDay(
  { call, seed, faults, queue, tally }: PricesOptions,
  market: MarketZone,
  day: DayAhead,
  atMs: number,
): Promise<void> {
  const random = randomFor(seed, 'publication', market.zone, atMs);
  const [missing, late, lateBy, corrected, correctedBy] = [random(), random(), random(), random(), random()];
  if (faults.has('missing-prices') && missing < MISSING_SHARE) {
    tally.happened('missing-prices');
    return;
  }
  const isLate = faults.has('late-prices') && late < LATE_SHARE;
  if (!isLate) await put(call, market, day, 'day');
  else {
    tally.happened('late-prices');
    queue.add(atMs + Math.round(lateBy * LATE_MAX_MS), () => put(call, market, day, 'day'));
  }
  if (!faults.has('corrected-prices') || corrected >= CORRECTED_SHARE) return;
  const values = day.values.map(({ atMs, rate }) => ({
    atMs,
    rate: Math.round(rate * between(random, 0.6, 1.5) * 1e5) / 1e5,
  }));
  queue.add(atMs + Math.round(LATE_MAX_MS + correctedBy * CORRECTED_AFTER_MAX_MS), () => {
    tally.happened('corrected-prices');
    return put(call, market, { ...day, values }, 'correction');
  });
}

async function put(call: Call, market: MarketZone, { values, toMs }: DayAhead, what: string): Promise<void> {
  const body = {
    to: new Date(toMs).toISOString(),
    values: values.map(({ atMs, rate }) => ({ at: new Date(atMs).toISOString(), rate })),
  };
  const headers = { 'idempotency-key': `${market.zone}-${toMs}-${what}` };
  await must(call, 'PUT', `${tariffPath(market)}/timeseries`, body, headers);
}

function tariffPath({ zone }: MarketZone): string {
  return `/flex/tariffs/${encodeURIComponent(`zone:${zone}`)}`;
}
