import type { Query } from './database.ts';
import { type SettledFilter, whereSettled } from './session-filters.ts';
import { toTimestamp } from './values.ts';

/** What the sessions of a span came to that were valued in one currency; null: those that were not valued. */
export interface SettledSum {
  /** Of the span in `startsMs`. */
  readonly index: number;
  readonly currency: string | null;
  readonly sessions: number;
  readonly energyWh: number;
  readonly actualMicros: number | null;
  readonly baselineMicros: number | null;
}

/** The first and the last plug-out of the settled sessions of a filter; null when there are none. */
export async function readSettledSpan(
  tx: Query,
  clientId: string,
  filter: SettledFilter,
): Promise<{ readonly firstMs: number; readonly lastMs: number } | null> {
  const where = whereSettled(clientId, filter);
  const [row] = await tx.query<{ firstMs: number | null; lastMs: number | null }>(
    `select min(s.plugged_out_at) as "firstMs", max(s.plugged_out_at) as "lastMs" from sessions s where ${where.sql}`,
    where.values,
  );
  if (row === undefined || row.firstMs === null || row.lastMs === null) return null;
  return { firstMs: row.firstMs, lastMs: row.lastMs };
}

/** Added up over spans by plug-out, each from its start to the next; the last is open. Exact: whole Wh and micro-units. */
export async function sumSettled(
  tx: Query,
  clientId: string,
  filter: SettledFilter,
  startsMs: readonly number[],
): Promise<SettledSum[]> {
  const where = whereSettled(clientId, filter);
  return tx.query<SettledSum>(
    `select width_bucket(s.plugged_out_at, $${where.values.length + 1}::timestamptz[]) - 1 as index, s.settled_currency as currency,
            count(*) as sessions, coalesce(sum(s.settled_wh), 0)::int8 as "energyWh",
            sum(s.settled_actual_micros)::int8 as "actualMicros", sum(s.settled_baseline_micros)::int8 as "baselineMicros"
     from sessions s where ${where.sql}
     group by index, s.settled_currency
     order by index desc, s.settled_currency nulls last`,
    [...where.values, startsMs.map((atMs) => toTimestamp(atMs))],
  );
}
