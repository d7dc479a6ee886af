import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../store/migrate.ts';
import { openStore, type Store } from '../store/open.ts';

/** A database of the benchmark's own, new and removed after it: beside that of the URL, or an embedded one. */
export async function withBenchStore<Value>(
  databaseUrl: string | null,
  work: (store: Store) => Promise<Value>,
): Promise<Value> {
  return databaseUrl === null ? onEmbedded(work) : onServer(databaseUrl, work);
}

async function onEmbedded<Value>(work: (store: Store) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatt-bench-'));
  const store = await openStore({ databaseUrl: null, dataDir: join(folder, 'data') });
  try {
    await migrate(store.database);
    return await work(store);
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onServer<Value>(url: string, work: (store: Store) => Promise<Value>): Promise<Value> {
  const name = `tidewatt_bench_${process.pid}`;
  const own = new URL(url);
  own.pathname = `/${name}`;
  const outer = await openStore({ databaseUrl: url, dataDir: '', connectionsMax: 1 });
  try {
    await outer.database.query(`create database ${name}`);
    const store = await openStore({ databaseUrl: own.href, dataDir: '' });
    try {
      await migrate(store.database);
      return await work(store);
    } finally {
      await store.stop();
      await outer.database.query(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await outer.stop();
  }
}
