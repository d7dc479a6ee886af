import type { PriceSlot } from '../domain/price.ts';
import { clip, type Rate, replaceRates } from '../domain/price-series.ts';
import type { Query } from './database.ts';
import { type PriceSource, resolveSource, type SourceSeries } from './price-sources.ts';
import { REFERENCE_CLIENT_ID } from './prices.ts';
import { toTimestamp } from './values.ts';

/**
 * The prices of a source as they were when it was noted, made again from the log of the tariffs' writes. Null where a
 * write of it is gone, or the formula cannot be read.
 */
export async function readPastPrices(
  query: Query,
  clientId: string,
  source: PriceSource,
): Promise<readonly PriceSlot[] | null> {
  const rates: (readonly PriceSlot[])[] = [];
  for (const series of source.series) {
    const found = await readPastRates(query, clientId, series, source);
    if (found === null) return null;
    rates.push(found);
  }
  return resolveSource(source, rates);
}

/** The rates of a series after its write of that number. Writes that do not reach into the span change nothing there. */
async function readPastRates(
  query: Query,
  clientId: string,
  { tariffId, isReference, version }: SourceSeries,
  { fromMs, toMs }: PriceSource,
): Promise<readonly PriceSlot[] | null> {
  if (version === 0) return [];
  const owner = isReference ? REFERENCE_CLIENT_ID : clientId;
  const [known] = await query.query<{ count: number }>(
    'select count(*) from tariff_writes where client_id = $1 and tariff_id = $2 and version <= $3',
    [owner, tariffId, version],
  );
  if (known?.count !== version) return null;
  const writes = await query.query<{ values: Rate[]; to_at: number }>(
    `select "values", to_at from tariff_writes
     where client_id = $1 and tariff_id = $2 and version <= $3 and to_at > $4
       and ("values"->0->>'atMs')::double precision < $5
     order by version`,
    [owner, tariffId, version, toTimestamp(fromMs), toMs],
  );
  const all = writes.reduce<readonly PriceSlot[]>(
    (slots, { values, to_at }) => replaceRates(slots, values, to_at),
    [],
  );
  return clip(all, fromMs, toMs);
}
