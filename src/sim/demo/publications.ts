import { localDateOf, startOfLocalDay } from '../../domain/calendar.ts';
import { DAY_MS } from '../../domain/units.ts';
import { appendReferencePrices } from '../../store/prices.ts';
import { saveSandboxWorld } from '../../store/sandbox.ts';
import type { WorldPart } from '../sandbox.ts';
import { dayAheadPrices, MARKET_ZONES, type MarketZone, publicationAtMs } from './market.ts';

/** Up to when the prices of each zone are published. */
export type PublishedUntil = Readonly<Record<string, number>>;

/** Days of prices before the world's first, so that a forecast has something to go by. */
const HISTORY_DAYS = 7;

export function publishedAtBirth(bornMs: number): PublishedUntil {
  return Object.fromEntries(
    MARKET_ZONES.map((market) => [
      market.zone,
      startOfLocalDay(market.timezoneName, bornMs - HISTORY_DAYS * DAY_MS),
    ]),
  );
}

/** The market of the demonstration: each zone's next day comes out at 13:00 by its clock, into its reference series. */
export function createPublications(seed: number, publishedUntil: PublishedUntil): WorldPart {
  let published = publishedUntil;
  const untilMs = (market: MarketZone, of: PublishedUntil): number => {
    const atMs = of[market.zone];
    if (atMs === undefined) throw new Error(`the stored world does not know the price zone ${market.zone}`);
    return atMs;
  };
  const dueMs = (market: MarketZone, of: PublishedUntil): number =>
    publicationAtMs(market, untilMs(market, of));

  return {
    nextAtMs: () => Math.min(...MARKET_ZONES.map((market) => dueMs(market, published))),
    async run(tx, nowMs) {
      let next = published;
      for (const market of MARKET_ZONES) {
        const days = [];
        while (dueMs(market, next) <= nowMs) {
          const day = dayAheadPrices(market, seed, localDateOf(market.timezoneName, untilMs(market, next)));
          days.push(day);
          next = { ...next, [market.zone]: day.toMs };
        }
        if (days.length === 0) continue;
        const values = days.flatMap((day) => day.values);
        await appendReferencePrices(tx, market.zone, market.currency, values, untilMs(market, next), nowMs);
      }
      await saveSandboxWorld(tx, { publishedUntil: next });
      return () => {
        published = next;
      };
    },
  };
}
