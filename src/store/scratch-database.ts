import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openPool, type Target } from './database.ts';
import { startEmbedded } from './embedded.ts';

export interface ScratchOptions {
  /** It need not outlive a crash of its server: commits wait for no disk. Default: they do, as a service's do. */
  readonly isVolatile?: boolean;
}

/** A database for the time of `work`: a new one on the server of a URL, or an embedded server in a folder of its own. */
export async function withScratchDatabase<Result>(
  databaseUrl: string | null,
  work: (database: Database, target: Target) => Promise<Result>,
  options: ScratchOptions = {},
): Promise<Result> {
  return databaseUrl === null ? onEmbedded(work, options) : onServer(databaseUrl, work, options);
}

async function onServer<Result>(
  url: string,
  work: (database: Database, target: Target) => Promise<Result>,
  { isVolatile = false }: ScratchOptions,
): Promise<Result> {
  const name = `tidewatt_scratch_${randomBytes(4).toString('hex')}`;
  const admin = openPool({ target: { kind: 'server', url }, connectionsMax: 1 });
  await admin.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  try {
    if (isVolatile) await admin.query(`alter database ${name} set synchronous_commit = off`);
    return await onTarget({ kind: 'server', url: own.href }, work);
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.close();
  }
}

async function onEmbedded<Result>(
  work: (database: Database, target: Target) => Promise<Result>,
  { isVolatile = false }: ScratchOptions,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'tidewatt-scratch-'));
  // Root's PostgreSQL runs as another user, who has to come in.
  chmodSync(root, 0o755);
  const settings: Readonly<Record<string, string>> = isVolatile
    ? { fsync: 'off', synchronous_commit: 'off' }
    : {};
  const embedded = await startEmbedded({ dataDir: join(root, 'data'), settings });
  try {
    return await onTarget(embedded.target, work);
  } finally {
    await embedded.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function onTarget<Result>(
  target: Target,
  work: (database: Database, target: Target) => Promise<Result>,
): Promise<Result> {
  const database = openPool({ target });
  try {
    return await work(database, target);
  } finally {
    await database.close();
  }
}
