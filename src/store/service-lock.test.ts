import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { lockService } from './service-lock.ts';
import { describeOnDatabases } from './testing/databases.ts';
import { until } from './testing/until.ts';

// Servers need no lock, but the same statements run on both, and so does this suite.
describeOnDatabases('service lock', (database) => {
  const neverLost = (error: Error): never => {
    throw error;
  };

  test('the second is told the URL of the first, and gets the place when the first has gone', async () => {
    const target = database().target;
    const first = await lockService({ target, onLost: neverLost });
    await first.announce('http://127.0.0.1:3000');
    await expect(lockService({ target, onLost: neverLost })).rejects.toThrow(
      `another tidewatt runs at http://127.0.0.1:3000 (process ${process.pid})`,
    );
    await first.release();
    const second = await lockService({ target, onLost: neverLost });
    await second.release();
  });

  test('a second that comes before the first has a URL waits for it', async () => {
    const target = database().target;
    const first = await lockService({ target, onLost: neverLost });
    const second = lockService({ target, onLost: neverLost }).catch((error: unknown) => error);
    await until(async () => (await waiting()) === 2);
    await first.announce('http://[::1]:4000');
    expect(await second).toMatchObject({ name: 'AlreadyRunning', url: 'http://[::1]:4000' });
    await first.release();
  });

  test('a lost connection is replaced, with lock and URL', async () => {
    const target = database().target;
    const lock = await lockService({ target, onLost: neverLost });
    await lock.announce('http://127.0.0.1:3000');
    const before = await holder();
    await database().query('select pg_terminate_backend($1)', [before?.pid]);
    await until(async () => {
      const now = await holder();
      return now !== undefined && now.pid !== before?.pid && now.name.endsWith('http://127.0.0.1:3000');
    });
    await lock.release();
    await until(async () => (await holder()) === undefined);
  });

  test('one that lost its place to another while the connection was away is told so', async () => {
    const target = database().target;
    let tell: (error: Error) => void = () => {};
    const lost = new Promise<Error>((resolve) => {
      tell = resolve;
    });
    const first = await lockService({ target, onLost: (error) => tell(error) });
    // Waits in the queue of the lock and so is quicker than any other when the first connection ends.
    await database().withConnection(async (rival) => {
      await rival.query(`set application_name = 'tidewatt/${process.pid} http://127.0.0.1:9'`);
      const taken = rival.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.service]);
      await until(async () => (await queued()) === 1);
      await database().query('select pg_terminate_backend($1)', [(await holder())?.pid]);
      await taken;
      expect(await lost).toMatchObject({ url: 'http://127.0.0.1:9' });
    });
    await first.release();
  });

  test('kill -9 of the first leaves nothing behind', async () => {
    const target = database().target;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLD], {
      env: {
        ...process.env,
        TARGET: JSON.stringify(target),
        LOCK: new URL('./service-lock.ts', import.meta.url).href,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(lockService({ target, onLost: neverLost })).rejects.toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    const second = await lockService({ target, onLost: neverLost });
    await second.release();
  });

  async function holder(): Promise<{ pid: number; name: string } | undefined> {
    const [row] = await database().query<{ pid: number; name: string }>(
      `select l.pid, a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.granted and a.datname = current_database()`,
    );
    return row;
  }

  async function queued(): Promise<number> {
    const [row] = await database().query<{ count: number }>(
      `select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and not l.granted and a.datname = current_database()`,
    );
    return row?.count ?? 0;
  }

  async function waiting(): Promise<number> {
    const [row] = await database().query<{ count: number }>(
      `select count(*) from pg_stat_activity where datname = current_database() and application_name like '% service'`,
    );
    return row?.count ?? 0;
  }
});

const HOLD = `
  const { lockService } = await import(process.env.LOCK);
  const lock = await lockService({ target: JSON.parse(process.env.TARGET), onLost: () => {} });
  await lock.announce('http://127.0.0.1:3000');
  process.stdout.write('held');
`;
