import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import type { Database, Query } from './database.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url));

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Brings the schema up to this code's and gives the names of what was applied now, in order. Forward only: each
 * `NNNN_name.sql` runs once, in a transaction of its own, so it may hold anything but statements that refuse a
 * transaction. Several processes may call it at once: each migration is taken under a lock.
 * @throws where an applied file was changed or is gone, where the schema is newer than this code, where a file fails.
 */
export async function migrate(database: Database, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  // Looked at without a lock first: a service that starts on a current schema then waits for nobody.
  const before = await readApplied(database);
  check(migrations, before);
  if (before.length === migrations.length) return applied;
  for (const migration of migrations) {
    const isNew = await database.transaction(
      async (tx) => {
        await tx.query(`set local lock_timeout = '${LOCK_LIMIT_MS}ms'`);
        await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.migrate]);
        await tx.query(CREATE_TABLE);
        const done = await readApplied(tx);
        check(migrations, done);
        if (done.length >= migration.version) return false;
        await apply(tx, migration);
        return true;
      },
      { statementLimitMs: 0 },
    );
    if (isNew) applied.push(migration.name);
  }
  return applied;
}

/** Applied and missing migrations by name, without changing anything; for `doctor`. */
export async function readSchemaState(
  database: Query,
  folder: string = MIGRATIONS_FOLDER,
): Promise<{ readonly applied: readonly string[]; readonly missing: readonly string[] }> {
  const migrations = await readMigrations(folder);
  const applied = await readApplied(database);
  check(migrations, applied);
  return {
    applied: applied.map(({ name }) => name),
    missing: migrations.slice(applied.length).map(({ name }) => name),
  };
}

/** Numbered from 0001 without a gap; line ends do not count. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const [, number, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file) ?? [];
      if (number === undefined || name === undefined) {
        throw new Error(`migration ${file}: expected a name like 0001_sessions.sql`);
      }
      if (Number(number) !== index + 1) {
        throw new Error(`migration ${file}: expected number ${String(index + 1).padStart(4, '0')} here`);
      }
      const sql = (await readFile(`${folder}/${file}`, 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { version: index + 1, name: `${number}_${name}`, sql, checksum };
    }),
  );
}

/** Another process may be at a long migration. */
const LOCK_LIMIT_MS = 10 * 60_000;

const CREATE_TABLE = `
  create table if not exists schema_migration (
    version int primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz(3) not null default now()
  )`;

async function readApplied(query: Query): Promise<Applied[]> {
  const [table] = await query.query<{ exists: boolean }>(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  if (table?.exists !== true) return [];
  return query.query<Applied>('select version, name, checksum from schema_migration order by version');
}

/** Throws where the database is not an earlier state of this very sequence. */
function check(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, done] of applied.entries()) {
    const migration = migrations[index];
    if (migration === undefined) {
      throw new Error(
        `the database has migration ${done.name}, which this version of tidewatt does not know ` +
          `(it ends at ${migrations.at(-1)?.name ?? 'none'}): run a newer version, or use another database`,
      );
    }
    if (done.checksum !== migration.checksum) {
      throw new Error(
        `migration ${migration.name} is not what was applied to this database as ${done.name}: ` +
          'restore the file, and put the change into a new migration',
      );
    }
  }
}

async function apply(tx: Query, migration: Migration): Promise<void> {
  try {
    await tx.query(migration.sql);
  } catch (cause) {
    throw new Error(`migration ${migration.name} failed and was rolled back`, { cause });
  }
  await tx.query('insert into schema_migration (version, name, checksum) values ($1, $2, $3)', [
    migration.version,
    migration.name,
    migration.checksum,
  ]);
}
