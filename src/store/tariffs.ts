import type { PriceSlot } from '../domain/price.ts';
import type { Rate } from '../domain/price-series.ts';
import type { Query } from './database.ts';
import { toTimestamp } from './values.ts';

export interface Tariff {
  readonly id: string;
  readonly direction: 'import' | 'export';
  readonly currency: string;
  /** Grows by one with each write; 0 has no rates yet. */
  readonly version: number;
}

/** Makes a tariff where there is none with its id, and tells which one is there now. */
export async function insertTariff(
  tx: Query,
  clientId: string,
  tariff: Pick<Tariff, 'id' | 'direction' | 'currency'>,
  nowMs: number,
): Promise<{ readonly isNew: boolean; readonly tariff: Tariff | null }> {
  const rows = await tx.query(
    `insert into tariffs (client_id, id, direction, currency, created_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning id`,
    [clientId, tariff.id, tariff.direction, tariff.currency, toTimestamp(nowMs)],
  );
  const [found] = await readTariffs(tx, clientId, [tariff.id]);
  return { isNew: rows.length > 0, tariff: found ?? null };
}

/** The tariffs that exist of these ids, in no order. */
export async function readTariffs(tx: Query, clientId: string, ids: readonly string[]): Promise<Tariff[]> {
  return tx.query<Tariff>(
    'select id, direction, currency, version from tariffs where client_id = $1 and id = any($2::text[])',
    [clientId, ids],
  );
}

export interface RatesWrite {
  readonly clientId: string;
  readonly tariffId: string;
  /** Ascending; each holds to the next, the last to `toMs`. Not empty. */
  readonly values: readonly Rate[];
  readonly toMs: number;
  readonly nowMs: number;
}

/** Replaces [values[0].atMs, toMs) of a tariff, and keeps the write itself; null when there is no such tariff. */
export async function writeRates(tx: Query, write: RatesWrite): Promise<Tariff | null> {
  const { clientId, tariffId, values, toMs, nowMs } = write;
  const [tariff] = await tx.query<Tariff>(
    `update tariffs set version = version + 1 where client_id = $1 and id = $2
     returning id, direction, currency, version`,
    [clientId, tariffId],
  );
  const fromMs = values[0]?.atMs;
  if (tariff === undefined || fromMs === undefined) return null;
  await tx.query(
    `insert into tariff_writes (client_id, tariff_id, version, written_at, to_at, "values")
     values ($1, $2, $3, $4, $5, $6)`,
    [clientId, tariffId, tariff.version, toTimestamp(nowMs), toTimestamp(toMs), JSON.stringify(values)],
  );
  const cut = await tx.query<{ start_at: number; end_at: number; rate: number }>(
    `delete from rates where ${WITHIN} returning start_at, end_at, rate`,
    [clientId, tariffId, toTimestamp(fromMs), toTimestamp(toMs)],
  );
  const spans = [
    ...cut.filter((span) => span.start_at < fromMs).map((span) => ({ ...span, end_at: fromMs })),
    ...values.map(({ atMs, rate }, index) => ({
      start_at: atMs,
      end_at: values[index + 1]?.atMs ?? toMs,
      rate,
    })),
    ...cut.filter((span) => span.end_at > toMs).map((span) => ({ ...span, start_at: toMs })),
  ];
  await tx.query(
    `insert into rates (client_id, tariff_id, start_at, end_at, rate)
     select $1, $2, * from unnest($3::timestamptz[], $4::timestamptz[], $5::float8[])`,
    [
      clientId,
      tariffId,
      spans.map((span) => toTimestamp(span.start_at)),
      spans.map((span) => toTimestamp(span.end_at)),
      spans.map((span) => span.rate),
    ],
  );
  return tariff;
}

/** The known rates of one tariff within [fromMs, toMs), those at the edges cut. */
export async function readRates(
  tx: Query,
  clientId: string,
  tariffId: string,
  fromMs: number,
  toMs: number,
): Promise<PriceSlot[]> {
  const rows = await tx.query<{ start_at: number; end_at: number; rate: number }>(
    `select start_at, end_at, rate from rates where ${WITHIN} order by start_at`,
    [clientId, tariffId, toTimestamp(fromMs), toTimestamp(toMs)],
  );
  return rows.map(({ start_at, end_at, rate }) => ({
    startAtMs: Math.max(start_at, fromMs),
    endAtMs: Math.min(end_at, toMs),
    price: rate,
    provenance: 'known',
  }));
}

// The bound from below keeps years of history out of the index scan; spans are disjoint, so one may reach over it.
const WITHIN = `client_id = $1 and tariff_id = $2 and start_at < $4 and end_at > $3
  and start_at >= coalesce((select max(start_at) from rates
                            where client_id = $1 and tariff_id = $2 and start_at <= $3), $3)`;
