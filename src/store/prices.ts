import type { PriceSlot } from '../domain/price.ts';
import type { Rate } from '../domain/price-series.ts';
import type { Query } from './database.ts';
import { appendPricesChanged } from './price-changes.ts';
import { type PriceSource, resolveSource } from './price-sources.ts';
import { writeRates } from './tariffs.ts';
import { toTimestamp } from './values.ts';

/** Owns the reference series of the zones; no client has this id, so no client can write them. */
export const REFERENCE_CLIENT_ID = '00000000-0000-0000-0000-000000000000';

export interface LocationKey {
  readonly clientId: string;
  readonly locationId: string;
}

export interface ResolvedPrices {
  readonly currency: string;
  /** Ascending and disjoint. Locations that share a tariff share the array. */
  readonly slots: readonly PriceSlot[];
  /** What they were made from, by the very writes that were read. */
  readonly source: PriceSource;
}

/**
 * The import price of locations over [fromMs, toMs), by `clientId/locationId`: the import formula over its tariffs,
 * else the client's own tariff `zone:<ZONE>`, else the reference series of the zone where the client has pushed
 * nothing for it. Null where there is none of these, and for a location that does not exist. Three statements
 * for any number of locations.
 */
export async function loadLocationPrices(
  tx: Query,
  keys: readonly LocationKey[],
  fromMs: number,
  toMs: number,
): Promise<Map<string, ResolvedPrices | null>> {
  const sources = await readSources(tx, keys);
  const wanted = [...sources.values()].flatMap(({ clientId, tariffIds }) =>
    tariffIds.flatMap((tariffId) => [
      { clientId, tariffId },
      ...(isZoneTariff(tariffId) ? [{ clientId: REFERENCE_CLIENT_ID, tariffId }] : []),
    ]),
  );
  const tariffs = await readTariffs(tx, wanted);
  const used = new Map<string, Series>();
  for (const { clientId, tariffIds } of sources.values()) {
    for (const tariffId of tariffIds) {
      const found = seriesOf(tariffs, clientId, tariffId);
      if (found !== null) used.set(found.key, found);
    }
  }
  const rates = await readRatesOf(tx, [...used.values()], fromMs, toMs);
  const resolve = ({ clientId, tariffIds, formula }: Source): ResolvedPrices | null => {
    const series = tariffIds.map((tariffId) => seriesOf(tariffs, clientId, tariffId));
    const currency = series.find((one) => one !== null)?.currency;
    if (currency === undefined) return null;
    const found = series.map((one) => (one === null ? undefined : rates.get(one.key)));
    const names = formula === null ? [] : Object.keys(formula.variables);
    const source: PriceSource = {
      currency,
      fromMs,
      toMs,
      formula: formula?.text ?? null,
      series: tariffIds.map((tariffId, index) => ({
        name: names[index] ?? null,
        tariffId,
        isReference: series[index]?.clientId === REFERENCE_CLIENT_ID,
        version: found[index]?.version ?? 0,
      })),
    };
    const slots = resolveSource(
      source,
      found.map((one) => one?.slots ?? []),
    );
    return slots === null ? null : { currency, slots, source };
  };
  // Most locations of a zone have the same source: they are resolved once.
  const resolved = new Map<string, ResolvedPrices | null>();
  const result = new Map<string, ResolvedPrices | null>();
  for (const { clientId, locationId } of keys) {
    const key = `${clientId}/${locationId}`;
    const source = sources.get(key);
    if (source === undefined) {
      result.set(key, null);
      continue;
    }
    const same = JSON.stringify([source.clientId, source.tariffIds, source.formula]);
    const prices = resolved.has(same) ? (resolved.get(same) ?? null) : resolve(source);
    resolved.set(same, prices);
    result.set(key, prices);
  }
  return result;
}

/**
 * New rates of a zone's reference series, from a price source: replaces [values[0].atMs, toMs), and tells the lanes
 * of the locations that it counts for. The first write makes the series; its currency never changes.
 * @throws where the currency is another than the series'.
 */
export async function appendReferencePrices(
  tx: Query,
  zone: string,
  currency: string,
  values: readonly Rate[],
  toMs: number,
  nowMs: number,
): Promise<void> {
  const tariffId = `zone:${zone}`;
  await tx.query(
    `insert into tariffs (client_id, id, direction, currency, version, created_at)
     values ($1, $2, 'import', $3, 0, $4) on conflict do nothing`,
    [REFERENCE_CLIENT_ID, tariffId, currency, toTimestamp(nowMs)],
  );
  const written = await writeRates(tx, { clientId: REFERENCE_CLIENT_ID, tariffId, values, toMs, nowMs });
  if (written?.currency !== currency) {
    throw new Error(`zone ${zone}: expected prices in ${written?.currency}, as before, got ${currency}`);
  }
  await appendPricesChanged(tx, { kind: 'reference', zone }, nowMs);
}

interface Source {
  readonly clientId: string;
  readonly tariffIds: readonly string[];
  readonly formula: StoredFormula | null;
}

interface StoredFormula {
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface Series {
  readonly key: string;
  readonly clientId: string;
  readonly tariffId: string;
  readonly currency: string;
  /** When it was looked up; the rates are read later, and say which write they are from. */
  readonly version: number;
}

async function readSources(tx: Query, keys: readonly LocationKey[]): Promise<Map<string, Source>> {
  const rows = await tx.query<{
    client_id: string;
    id: string;
    zone: string | null;
    formula: { formula: string; variables: Record<string, string> } | null;
  }>(
    `select client_id, id, zone, formulas->'import' as formula
     from locations where (client_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    [keys.map((key) => key.clientId), keys.map((key) => key.locationId)],
    'prices-sources',
  );
  return new Map(
    rows.flatMap(({ client_id: clientId, id, zone, formula }): [string, Source][] => {
      const key = `${clientId}/${id}`;
      if (formula !== null) {
        const { formula: text, variables } = formula;
        return [[key, { clientId, tariffIds: Object.values(variables), formula: { text, variables } }]];
      }
      return zone === null ? [] : [[key, { clientId, tariffIds: [`zone:${zone}`], formula: null }]];
    }),
  );
}

/** By key; only tariffs with at least one write: one without has no prices, and leaves the reference in force. */
async function readTariffs(
  tx: Query,
  wanted: readonly { readonly clientId: string; readonly tariffId: string }[],
): Promise<Map<string, Series>> {
  const unique = [...new Map(wanted.map((one) => [tariffKey(one.clientId, one.tariffId), one])).values()];
  const rows = await tx.query<{ client_id: string; id: string; currency: string; version: number }>(
    `select client_id, id, currency, version from tariffs
     where (client_id, id) in (select * from unnest($1::uuid[], $2::text[]))`,
    [unique.map((one) => one.clientId), unique.map((one) => one.tariffId)],
    'prices-tariffs',
  );
  return new Map(
    rows.map(({ client_id: clientId, id: tariffId, currency, version }) => {
      const key = tariffKey(clientId, tariffId);
      return [key, { key, clientId, tariffId, currency, version }];
    }),
  );
}

/** The rates of series, and the number of the write that they are from, by key: read in one statement, they agree. */
async function readRatesOf(
  tx: Query,
  series: readonly Series[],
  fromMs: number,
  toMs: number,
): Promise<Map<string, { readonly version: number; readonly slots: readonly PriceSlot[] }>> {
  const rows = await tx.query<{
    client_id: string;
    tariff_id: string;
    version: number;
    starts: number[] | null;
    ends: number[] | null;
    rates: number[] | null;
  }>(
    // Spans are disjoint, so at most one reaches over the start: from it on, an index scan meets nothing in vain.
    // "offset 0" keeps the planner from joining the years of history first.
    `with wanted as materialized (
       select k.client_id, k.tariff_id, t.version,
              coalesce((select max(start_at) from rates r
                        where r.client_id = k.client_id and r.tariff_id = k.tariff_id and r.start_at <= $3), $3) as low
       from unnest($1::uuid[], $2::text[]) k (client_id, tariff_id)
       join tariffs t on t.client_id = k.client_id and t.id = k.tariff_id
     )
     select w.client_id, w.tariff_id, w.version, r.starts, r.ends, r.rates
     from wanted w cross join lateral (
       select array_agg(start_at order by start_at) as starts, array_agg(end_at order by start_at) as ends,
              array_agg(rate order by start_at) as rates
       from (
         select start_at, end_at, rate from rates r
         where r.client_id = w.client_id and r.tariff_id = w.tariff_id
           and r.start_at >= w.low and r.start_at < $4 and r.end_at > $3
         offset 0
       ) within_span
     ) r`,
    [
      series.map((one) => one.clientId),
      series.map((one) => one.tariffId),
      toTimestamp(fromMs),
      toTimestamp(toMs),
    ],
    'prices-rates',
  );
  return new Map(
    rows.map(({ client_id, tariff_id, version, starts, ends, rates }) => {
      const slots = (starts ?? []).map((startAtMs, index): PriceSlot => {
        const endAtMs = ends?.[index] ?? startAtMs;
        return {
          startAtMs: Math.max(startAtMs, fromMs),
          endAtMs: Math.min(endAtMs, toMs),
          price: rates?.[index] ?? null,
          provenance: 'known',
        };
      });
      return [tariffKey(client_id, tariff_id), { version, slots }];
    }),
  );
}

function seriesOf(tariffs: ReadonlyMap<string, Series>, clientId: string, tariffId: string): Series | null {
  const own = tariffs.get(tariffKey(clientId, tariffId));
  if (!isZoneTariff(tariffId) || (own !== undefined && own.version > 0)) return own ?? null;
  return tariffs.get(tariffKey(REFERENCE_CLIENT_ID, tariffId)) ?? own ?? null;
}

function isZoneTariff(tariffId: string): boolean {
  return tariffId.startsWith('zone:');
}

function tariffKey(clientId: string, tariffId: string): string {
  return `${clientId}/${tariffId}`;
}
