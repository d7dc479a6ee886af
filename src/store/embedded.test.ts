import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { type Database, openPool } from './database.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from './embedded.ts';
import { findNative } from './embedded-binaries.ts';
import { findHolder, isAlive, isRunning } from './embedded-holder.ts';
import { preparePlace } from './embedded-place.ts';
import { stopPostgres } from './embedded-process.ts';
import { testDatabases } from './testing/databases.ts';
import { until } from './testing/until.ts';

const missing = testDatabases().find(({ name }) => name === 'embedded')?.missing ?? null;
const isRoot = process.getuid?.() === 0;
const CHILD = fileURLToPath(new URL('./testing/embedded-child.ts', import.meta.url));
/** A user that every Unix has, and one that no machine knows. */
const SOMEBODY = { uid: 1, gid: 1 };
const NAMELESS = { uid: 54_321, gid: 54_321 };
const somebodyReads =
  isRoot && spawnSync('/bin/sh', ['-c', 'test -r "$1"', 'sh', CHILD], SOMEBODY).status === 0;
const settings = { fsync: 'off' };

let root: string;
/** A database that runs in no test's beginning; each makes tables of its own in it. */
let shared: string;
let count = 0;
const children: ChildProcess[] = [];
const clusters: string[] = [];

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tidewatt-embedded-')));
  chmodSync(root, 0o755);
  shared = join(root, 'shared');
  clusters.push(join(shared, 'postgres-18'));
  if (missing === null) await (await startEmbedded({ dataDir: shared, settings })).stop();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const cluster of clusters) await stopPostgres(cluster);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A folder of the test's own, for those that break it or ask who owns it: empty, or a copy of the shared one. */
function folder({ isEmpty = false }: { readonly isEmpty?: boolean } = {}): string {
  const dataDir = join(root, `data-${++count}`);
  if (isEmpty) mkdirSync(dataDir);
  else cpSync(shared, dataDir, { recursive: true });
  clusters.push(join(dataDir, 'postgres-18'));
  return dataDir;
}

async function withPool<T>(embedded: Embedded, work: (pool: Database) => Promise<T>): Promise<T> {
  const pool = openPool({ target: embedded.target });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

async function answers(pool: Database): Promise<boolean> {
  try {
    await pool.query('select 1');
    return true;
  } catch {
    return false;
  }
}

interface Said {
  readonly pid: number;
  readonly attached: boolean;
  readonly dataDir: string;
  readonly rows: readonly unknown[];
}

/** A process of its own that has the database open, under another user where one is given. */
async function startChild(
  options: EmbeddedOptions,
  {
    sql,
    account,
  }: { readonly sql?: string; readonly account?: { readonly uid: number; readonly gid: number } } = {},
): Promise<{ readonly child: ChildProcess; readonly said: Said }> {
  const args = ['--import', 'tsx', CHILD, JSON.stringify({ settings, ...options })];
  const child = spawn(process.execPath, sql === undefined ? args : [...args, sql], {
    ...account,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await until(() => out.includes('\n') || child.exitCode !== null);
  if (!out.includes('\n')) throw new Error(errors);
  return { child, said: JSON.parse(out) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe.skipIf(missing !== null)('startEmbedded', () => {
  test('an empty folder becomes a database, closed to others, and what was written is there again', async () => {
    const dataDir = folder({ isEmpty: true });
    const first = await startEmbedded({ dataDir });
    expect(first.attached).toBe(false);
    const cluster = join(dataDir, 'postgres-18');
    expect(statSync(cluster).mode & 0o077).toBe(0);
    expect(statSync(first.target.host).mode & 0o077).toBe(0);
    await withPool(first, async (pool) => {
      const rows = await pool.query(
        `select current_setting('fsync') as fsync, current_setting('listen_addresses') as listen,
           current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding`,
      );
      expect(rows).toEqual([{ fsync: 'on', listen: '', checksums: 'on', encoding: 'UTF8' }]);
      await pool.query(`create table kept as select 'Größe ₂' as word`);
    });
    await first.stop();
    expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(false);

    const second = await startEmbedded({ dataDir });
    expect(await withPool(second, (pool) => pool.query('select word from kept'))).toEqual([
      { word: 'Größe ₂' },
    ]);
    await second.stop();
    expect(readdirSync(dataDir).sort()).toEqual(['postgres-18', 'postgres-18.log']);
  });

  test('a second start attaches, and the last one out stops the server', async () => {
    const dataDir = shared;
    const first = await startEmbedded({ dataDir, settings });
    const second = await startEmbedded({ dataDir, settings });
    expect([first.attached, second.attached]).toEqual([false, true]);
    expect(second.pid()).toBe(first.pid());
    const pid = first.pid();
    await first.stop();
    expect(isAlive(pid)).toBe(true);
    await second.stop();
    expect(findHolder(join(dataDir, 'postgres-18'))).toBeNull();
  });

  test('starts at once on an empty folder, here and in another process, meet at one server', async () => {
    const dataDir = folder({ isEmpty: true });
    const [here, there, children] = await Promise.all([
      startEmbedded({ dataDir, settings }),
      startEmbedded({ dataDir, settings }),
      Promise.all([startChild({ dataDir })]),
    ]);
    const pids = [here.pid(), there.pid(), ...children.map(({ said }) => said.pid)];
    expect(new Set(pids).size).toBe(1);
    const attached = [here.attached, there.attached, ...children.map(({ said }) => said.attached)];
    expect(attached.filter((one) => !one).length).toBe(1);
    await here.stop();
    await there.stop();
    for (const { child } of children) {
      const ended = once(child, 'exit');
      child.stdin?.end();
      expect(await ended).toEqual([0, null]);
    }
    expect(readdirSync(dataDir).sort()).toEqual(['postgres-18', 'postgres-18.log']);
  });

  test('kill -9 of PostgreSQL: it is started again, the pool goes on, nothing committed is lost', async () => {
    const dataDir = shared;
    const notices: string[] = [];
    const embedded = await startEmbedded({ dataDir, onNotice: (notice) => notices.push(notice) });
    await withPool(embedded, async (pool) => {
      await pool.query('create table rounds (n int)');
      for (let round = 1; round <= 2; round++) {
        await pool.query('insert into rounds values ($1)', [round]);
        process.kill(embedded.pid(), 'SIGKILL');
        await until(() => notices.filter((notice) => notice.includes('is back')).length === round);
        await until(() => answers(pool));
        expect(await pool.query('select max(n) as n from rounds')).toEqual([{ n: round }]);
      }
    });
    await embedded.stop();
  });

  test('kill -9 of a process that started it: the next attaches and later stops it', async () => {
    const dataDir = shared;
    const { child, said } = await startChild({ dataDir }, { sql: 'create table orphans as select 1 as n' });
    await kill(child);
    const next = await startEmbedded({ dataDir, settings });
    expect(next.attached).toBe(true);
    expect(next.pid()).toBe(said.pid);
    expect(await withPool(next, (pool) => pool.query('select n from orphans'))).toEqual([{ n: 1 }]);
    await next.stop();
    expect(findHolder(join(dataDir, 'postgres-18'))).toBeNull();
  });

  test('kill -9 of both at once: the next start recovers', async () => {
    const dataDir = shared;
    const { child, said } = await startChild(
      { dataDir, settings: {} },
      { sql: 'create table survivors as select n from generate_series(1, 1000) as n' },
    );
    process.kill(said.pid, 'SIGKILL');
    await kill(child);
    const next = await startEmbedded({ dataDir, settings });
    expect(next.attached).toBe(false);
    expect(await withPool(next, (pool) => pool.query('select count(*) from survivors'))).toEqual([
      { count: 1000 },
    ]);
    await next.stop();
  });

  test('kill -9 while a backend is busy: the start waits until that one has ended', async () => {
    const dataDir = shared;
    const first = await startEmbedded({ dataDir, settings });
    await withPool(first, async (pool) => {
      // Busy in a loop that asks for no interrupt in between but at its statements.
      const busy = pool.query('select count(*) from generate_series(1, 6000000)').catch(() => null);
      await until(async () => {
        const [row] = await pool.query<{ count: number }>(
          `select count(*) from pg_stat_activity where query like '%generate_series%' and state = 'active'`,
        );
        return (row?.count ?? 0) > 0;
      });
      process.kill(first.pid(), 'SIGKILL');
      await busy;
      await until(() => answers(pool));
    });
    await first.stop();
  });

  test.skipIf(process.platform !== 'linux')(
    'kill -9 with a process left behind that never ends: the start ends it',
    async () => {
      const first = await startEmbedded({ dataDir: shared, settings });
      // As one that waits for a lock of a process that was killed too.
      const left = await openConnection(first.target);
      process.kill(left.processId, 'SIGSTOP');
      process.kill(first.pid(), 'SIGKILL');
      await left.ended;
      await withPool(first, async (pool) => until(() => answers(pool)));
      expect(isRunning(left.processId)).toBe(false);
      await first.stop();
    },
  );

  test.each([
    { name: 'the number of another program', pid: String(process.pid) },
    { name: 'nothing', pid: '' },
  ])('lock files of a dead server that hold $name do not keep it from starting', async ({ pid }) => {
    const dataDir = shared;
    const { cluster, runDir } = preparePlace(dataDir);
    mkdirSync(runDir, { mode: 0o700, recursive: true });
    for (const file of [join(cluster, 'postmaster.pid'), join(runDir, '.s.PGSQL.5432.lock')]) {
      writeFileSync(
        file,
        pid === '' ? '' : `${pid}\n${cluster}\n1700000000\n5432\n${runDir}\n\n  1234  5\nready\n`,
      );
      const owner = statSync(cluster);
      chownSync(file, owner.uid, owner.gid);
      utimesSync(file, 0, 0);
    }
    const embedded = await startEmbedded({ dataDir, settings });
    expect(embedded.attached).toBe(false);
    await embedded.stop();
  });

  test('a copied folder does not lead to the server of the original', async () => {
    const dataDir = folder();
    const original = await startEmbedded({ dataDir: shared, settings });
    cpSync(
      join(original.dataDir, 'postgres-18', 'postmaster.pid'),
      join(dataDir, 'postgres-18', 'postmaster.pid'),
    );
    const copy = await startEmbedded({ dataDir, settings });
    expect(copy.pid()).not.toBe(original.pid());
    const [row] = await withPool(copy, (pool) =>
      pool.query(`select current_setting('data_directory') as at`),
    );
    expect(row).toEqual({ at: join(dataDir, 'postgres-18') });
    await copy.stop();
    await original.stop();
  });

  test('when the temporary folder was swept, the next start brings the server back', async () => {
    const dataDir = shared;
    const first = await startEmbedded({ dataDir, settings });
    await withPool(first, (pool) => pool.query('create table swept as select 1 as n'));
    const pid = first.pid();
    rmSync(first.target.host, { recursive: true });
    const second = await startEmbedded({ dataDir, settings });
    expect(second.pid()).not.toBe(pid);
    expect(await withPool(second, (pool) => pool.query('select n from swept'))).toEqual([{ n: 1 }]);
    await first.stop();
    await second.stop();
  });

  test('a path far longer than a socket may have', async () => {
    const dataDir = join(root, 'long '.repeat(20), 'päth '.repeat(20), `data-${++count}`);
    mkdirSync(dataDir, { recursive: true });
    cpSync(shared, dataDir, { recursive: true });
    const embedded = await startEmbedded({ dataDir, settings });
    expect(await withPool(embedded, (pool) => pool.query('select 1 as one'))).toEqual([{ one: 1 }]);
    await embedded.stop();
  });

  test('what PostgreSQL itself says is in the error', async () => {
    const starting = startEmbedded({ dataDir: shared, settings: { shared_buffers: 'plenty' } });
    await expect(starting).rejects.toThrow('invalid value for parameter "shared_buffers": "plenty"');
  });

  test('when it dies and cannot start again, that is told', async () => {
    const dataDir = folder();
    let tell: (error: Error) => void = () => {};
    const gone = new Promise<Error>((resolve) => {
      tell = resolve;
    });
    const embedded = await startEmbedded({
      dataDir,
      settings,
      onGone: (error) => tell(error),
      restartDelayMs: 1,
    });
    unlinkSync(join(dataDir, 'postgres-18', 'global', 'pg_control'));
    process.kill(embedded.pid(), 'SIGKILL');
    expect((await gone).message).toContain('did not start again in 8 attempts');
    await embedded.stop();
  });

  test('a file where the folder should be', async () => {
    const dataDir = join(root, 'file');
    writeFileSync(dataDir, '');
    await expect(startEmbedded({ dataDir })).rejects.toThrow(`cannot make the data folder ${dataDir}`);
  });

  test('something else where the cluster should be is left alone', async () => {
    const dataDir = folder({ isEmpty: true });
    mkdirSync(join(dataDir, 'postgres-18'));
    writeFileSync(join(dataDir, 'postgres-18', 'thesis.txt'), 'mine');
    await expect(startEmbedded({ dataDir })).rejects.toThrow('is in the way and holds no database');
    expect(readFileSync(join(dataDir, 'postgres-18', 'thesis.txt'), 'utf8')).toBe('mine');
  });

  test('a socket folder that somebody else laid out is refused', async () => {
    const dataDir = shared;
    const { runDir } = preparePlace(dataDir);
    rmSync(runDir, { recursive: true, force: true });
    symlinkSync(root, runDir);
    await expect(startEmbedded({ dataDir })).rejects.toThrow(`${runDir} is to hold the socket`);
    unlinkSync(runDir);
  });
});

describe.skipIf(missing !== null || !isRoot)('startEmbedded as root', () => {
  test('PostgreSQL runs as nobody, on a folder that root had copied back', async () => {
    const embedded = await startEmbedded({ dataDir: folder(), settings });
    expect(statSync(`/proc/${embedded.pid()}`).uid).toBe(65_534);
    await embedded.stop();
  });

  test('binaries and data under a closed home move to where nobody can read, once', async () => {
    const home = join(root, 'home');
    const systemDir = join(root, 'system');
    mkdirSync(home, { mode: 0o700 });
    cpSync(join(findNative(), '..'), join(home, 'package'), { recursive: true });
    // As after `npm ci --ignore-scripts`.
    const lib = join(home, 'package', 'native', 'lib');
    for (const name of readdirSync(lib)) {
      if (lstatSync(join(lib, name)).isSymbolicLink()) unlinkSync(join(lib, name));
    }
    const options = {
      dataDir: join(home, 'data'),
      native: join(home, 'package', 'native'),
      systemDir,
      settings,
    };
    for (const round of ['first', 'second']) {
      const embedded = await startEmbedded(options);
      clusters.push(join(embedded.dataDir, 'postgres-18'));
      expect(embedded.dataDir.startsWith(join(systemDir, 'data-')), round).toBe(true);
      expect(readFileSync(join(options.dataDir, 'moved-to'), 'utf8').trim()).toBe(embedded.dataDir);
      await embedded.stop();
    }
    expect(readdirSync(systemDir).length).toBe(2);
  });
});

describe.skipIf(missing !== null || !somebodyReads)('startEmbedded as another user', () => {
  test('a user has a database, and root later runs it as that user', async () => {
    const dataDir = folder({ isEmpty: true });
    chownSync(dataDir, SOMEBODY.uid, SOMEBODY.gid);
    const { child, said } = await startChild(
      { dataDir },
      { account: SOMEBODY, sql: 'create table kept as select 1 as n' },
    );
    expect(statSync(`/proc/${said.pid}`).uid).toBe(SOMEBODY.uid);
    await kill(child);
    process.kill(said.pid, 'SIGKILL');
    await until(() => findHolder(join(dataDir, 'postgres-18')) === null);

    const next = await startEmbedded({ dataDir, settings });
    expect(statSync(`/proc/${next.pid()}`).uid).toBe(SOMEBODY.uid);
    expect(await withPool(next, (pool) => pool.query('select n from kept'))).toEqual([{ n: 1 }]);
    await next.stop();
  });

  test('a user without a name is told what to do', async () => {
    const dataDir = folder({ isEmpty: true });
    chownSync(dataDir, NAMELESS.uid, NAMELESS.gid);
    await expect(startChild({ dataDir }, { account: NAMELESS })).rejects.toThrow(
      'give it one in /etc/passwd',
    );
  });

  test('a user is told whose folder it is', async () => {
    const dataDir = folder();
    await (await startEmbedded({ dataDir, settings })).stop();
    await expect(startChild({ dataDir }, { account: SOMEBODY })).rejects.toThrow('belongs to user 65534');
    writeFileSync(join(dataDir, 'moved-to'), '/elsewhere\n');
    await expect(startChild({ dataDir }, { account: SOMEBODY })).rejects.toThrow(
      'lie in /elsewhere, as root made them',
    );
  });
});

describe('findNative', () => {
  test.each([
    { platform: 'linux', arch: 'x64', isMusl: true, fault: 'musl (Alpine). Set DATABASE_URL' },
    { platform: 'win32', arch: 'x64', isMusl: false, fault: 'for win32-x64. Set DATABASE_URL' },
    { platform: 'linux', arch: 's390x', isMusl: false, fault: 'for linux-s390x. Set DATABASE_URL' },
  ])('$platform $arch, musl $isMusl', ({ fault, ...system }) => {
    expect(() => findNative(system)).toThrow(fault);
  });
});
