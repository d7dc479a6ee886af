import { DAY_MS } from '../domain/units.ts';
import type { Database, Query } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { dropReplayBase, NEEDED, unlessNeeded } from './replay-retention.ts';
import { toTimestamp } from './values.ts';

/** The tables that are partitioned by time, and by which column. */
const TABLES = [
  { table: 'inputs', column: 'observed_at', isLog: true, isEvents: false },
  { table: 'steps', column: 'at', isLog: true, isEvents: false },
  { table: 'events', column: 'created_at', isLog: false, isEvents: true },
  { table: 'event_positions', column: 'created_at', isLog: false, isEvents: true },
] as const;
type Partitioned = (typeof TABLES)[number];

/** A partition holds a week, from a Thursday as the epoch does. */
const WEEK_MS = 7 * DAY_MS;
const WEEKS_AHEAD = 2;
const LOCK_LIMIT = '2s';
/** Rows deleted in one statement, so that no lock is held for long. */
const DELETED_AT_ONCE = 20_000;
const CHECK_VIOLATION = '23514';

/**
 * Makes the partitions of this week and the next two. A week of which the default partition already holds rows stays
 * there: moving them would stop the service, and they are found all the same.
 */
export async function makePartitions(database: Database, nowMs: number): Promise<string[]> {
  const made: string[] = [];
  const thisWeekMs = Math.floor(nowMs / WEEK_MS) * WEEK_MS;
  for (const { table } of TABLES) {
    const known = new Set((await listPartitions(database, table)).map(({ name }) => name));
    for (let week = 0; week <= WEEKS_AHEAD; week++) {
      const startMs = thisWeekMs + week * WEEK_MS;
      const name = nameOf(table, startMs);
      if (!known.has(name) && (await makePartition(database, table, name, startMs))) made.push(name);
    }
  }
  return made;
}

/**
 * Drops what is older than the retention: whole partitions where nothing in them is needed, else row by row. What a
 * session that is not settled is replayed from is needed, the neighbours' part at a limited location included. Events
 * may be kept longer than the rest. Gives the partitions that were dropped.
 */
export async function dropOld(
  database: Database,
  logCutoffMs: number,
  eventCutoffMs: number = logCutoffMs,
): Promise<string[]> {
  const dropped: string[] = [];
  for (const one of TABLES) {
    const cutoffMs = one.isEvents ? eventCutoffMs : logCutoffMs;
    for (const { name, endMs } of await listPartitions(database, one.table)) {
      if (endMs !== null && endMs > cutoffMs) continue;
      const isEmpty = await emptied(database, one, name, cutoffMs);
      if (!isEmpty || endMs === null) continue;
      await withLockLimit(database, (tx) => tx.query(`drop table ${name}`));
      dropped.push(name);
    }
  }
  await dropReplayBase(database, logCutoffMs);
  return dropped;
}

interface Partition {
  readonly name: string;
  /** Null for the default partition. */
  readonly endMs: number | null;
}

async function listPartitions(query: Query, table: string): Promise<Partition[]> {
  const rows = await query.query<{ name: string }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
    [table],
  );
  return rows.map(({ name }) => {
    const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
    const isDefault = year === undefined;
    return {
      name,
      endMs: isDefault ? null : Date.UTC(Number(year), Number(month) - 1, Number(day)) + WEEK_MS,
    };
  });
}

function nameOf(table: string, startMs: number): string {
  return `${table}_${new Date(startMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

async function makePartition(
  database: Database,
  table: string,
  name: string,
  startMs: number,
): Promise<boolean> {
  try {
    const [from, to] = [toTimestamp(startMs), toTimestamp(startMs + WEEK_MS)];
    await withLockLimit(database, (tx) =>
      tx.query(
        `create table if not exists ${name} partition of ${table} for values from ('${from}') to ('${to}')`,
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === CHECK_VIOLATION) return false;
    throw error;
  }
}

/** Deletes the old rows of a partition that nothing needs; true where none is left at all. */
async function emptied(
  database: Database,
  { table, column, isLog }: Partitioned,
  name: string,
  cutoffMs: number,
): Promise<boolean> {
  const unneeded = isLog ? UNNEEDED[table] : '';
  for (;;) {
    const deleted = await database.query(
      `with ${isLog ? `${NEEDED},` : ''} gone as (
         delete from ${name} where ctid = any(array(
           select x.ctid from ${name} x where x.${column} < $1 ${unneeded} limit ${DELETED_AT_ONCE}))
         returning *
       ) ${table === 'event_positions' ? NOTED : ''}
       select 1 from gone`,
      [toTimestamp(cutoffMs)],
    );
    if (deleted.length < DELETED_AT_ONCE) break;
  }
  return (await database.query(`select 1 from ${name} limit 1`)).length === 0;
}

/**
 * Which rows of the log go. A late reading is as old as its arrival: a step of a session that is kept took it in. What
 * was on its way into the log when a session began may be a little older than the session; an input that waits still
 * is needed by a step to come.
 */
const UNNEEDED = {
  inputs: `and x.received_at < $1 ${unlessNeeded("greatest(x.observed_at, x.received_at) + interval '1 hour'")}
    and not exists (select 1 from inbox i
                    where i.client_id = x.client_id and i.vehicle_id = x.vehicle_id and i.input_id = x.id)`,
  steps: unlessNeeded('x.at'),
  events: '',
  event_positions: '',
};

/** How far each client's log was dropped: readers are told what is missing by age, not what was erased with a user. */
const NOTED = `, noted as (
  update event_logs l set dropped_position = greatest(l.dropped_position, last.position)
  from (select client_id, max(position) as position from gone group by client_id) last
  where l.client_id = last.client_id)`;

async function withLockLimit(database: Database, work: (tx: Query) => Promise<unknown>): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`set local lock_timeout = '${LOCK_LIMIT}'`);
    await work(tx);
  });
}
