import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openPool } from './database.ts';
import { DatabaseError, isPassing, isUniqueViolation } from './database-error.ts';
import { describeOnDatabases } from './testing/databases.ts';
import { toTimestamp } from './values.ts';

const AT_MS = Date.parse('2025-03-30T01:30:00.123Z');

describeOnDatabases('database', (database) => {
  test.each<{ readonly sql: string; readonly value: unknown }>([
    { sql: 'select 9007199254740991::int8', value: Number.MAX_SAFE_INTEGER },
    { sql: "select '{1,NULL,-3}'::int8[]", value: [1, null, -3] },
    { sql: "select '{}'::int8[]", value: [] },
    { sql: 'select (select count(*) from generate_series(1, 3))', value: 3 },
    { sql: "select '2025-03-30T01:30:00.123456Z'::timestamptz", value: AT_MS },
    { sql: "select '2025-03-30T01:30:00Z'::timestamptz", value: AT_MS - 123 },
    { sql: "select array['2025-03-30T01:30:00.123Z', null]::timestamptz[]", value: [AT_MS, null] },
    { sql: "select 'infinity'::timestamptz", value: Number.POSITIVE_INFINITY },
    { sql: "select '2025-03-30'::date", value: '2025-03-30' },
    { sql: 'select 1.10::numeric', value: '1.10' },
    { sql: `select '{"a": [1]}'::jsonb`, value: { a: [1] } },
    { sql: 'select null::int8', value: null },
  ])('$sql', async ({ sql, value }) => {
    const [row] = await database().query(`${sql} as value`);
    expect(row).toEqual({ value });
  });

  test('an int8 that no number holds is an error, and the connection is fit for use', async () => {
    await expect(database().query('select 9007199254740993::int8')).rejects.toThrow(
      'beyond what a number holds',
    );
    expect(await database().query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.each(['UTC', 'Asia/Kolkata', 'America/St_Johns'])(
    'an instant comes back in a session of zone %s',
    async (zone) => {
      const rows = await database().transaction(async (tx) => {
        await tx.query(`set local timezone = '${zone}'`);
        return tx.query('select $1::timestamptz as at, $2::timestamptz[] as list', [
          toTimestamp(AT_MS),
          [toTimestamp(0)],
        ]);
      });
      expect(rows).toEqual([{ at: AT_MS, list: [0] }]);
    },
  );

  test('a transaction commits all or nothing', async () => {
    await database().query('create table commits (n int primary key)');
    await database().transaction((tx) => tx.query('insert into commits values (1)'));
    const failed = database().transaction(async (tx) => {
      await tx.query('insert into commits values (2)');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await database().query('select n from commits')).toEqual([{ n: 1 }]);
  });

  test('a failed statement that was caught cannot be committed', async () => {
    const work = database().transaction(async (tx) => {
      await tx.query('select 1 / 0').catch(() => {});
    });
    await expect(work).rejects.toThrow('rolled back instead of committed');
  });

  test('an error says which statement, the state and the constraint, never the values', async () => {
    await database().query('create table keys (n text constraint keys_n primary key)');
    await database().query('insert into keys values ($1)', ['secret']);
    const error: unknown = await database()
      .query('insert into keys values ($1)', ['secret'], 'insert-key')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ sqlState: '23505', constraint: 'keys_n', isPassing: false });
    expect(isUniqueViolation(error, 'keys_n')).toBe(true);
    expect(isUniqueViolation(error, 'other')).toBe(false);
    expect(String(error)).toContain('insert-key');
    expect(String(error)).not.toContain('secret');
  });

  test('a prepared statement outlives a change of its table', async () => {
    await database().query('create table wide (a int)');
    const read = (): Promise<unknown> => database().query('select * from wide', [], 'read-wide');
    await read();
    await database().query('alter table wide add column b int');
    const first = await read().catch((error: unknown) => error);
    expect(isPassing(first)).toBe(true);
    expect(await read()).toEqual([]);
  });

  test('a lost connection is a passing error, and the pool goes on', async () => {
    const work = database().transaction(async (tx) => {
      const [own] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database().query('select pg_terminate_backend($1)', [own?.pid]);
      await tx.query('select 1');
    });
    const error = await work.catch((caught: unknown) => caught);
    expect(isPassing(error)).toBe(true);
    expect(await database().query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a statement has a limit of time', async () => {
    const work = database().transaction((tx) => tx.query('select pg_sleep(20)'), { statementLimitMs: 20 });
    await expect(work).rejects.toMatchObject({ sqlState: '57014', isPassing: false });
  });

  test('two writers of one row in serializable transactions: one fails, and may try again', async () => {
    await database().query('create table counts (n int); insert into counts values (0)');
    const add = (): Promise<unknown> =>
      database().transaction(
        async (tx) => {
          const [row] = await tx.query<{ n: number }>('select n from counts');
          await tx.query('update counts set n = $1', [(row?.n ?? 0) + 1]);
        },
        { isolation: 'serializable' },
      );
    const both = await Promise.allSettled([add(), add(), add()]);
    const errors = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(errors.every(isPassing)).toBe(true);
    expect(await database().query('select n from counts')).toEqual([{ n: 3 - errors.length }]);
  });

  test('a connection of its own hears notifications and knows its end', async () => {
    await database().withConnection(async (connection) => {
      await connection.query('listen doorbell');
      const heard = new Promise((resolve) => {
        connection.onNotice((channel, payload) => resolve({ channel, payload }));
      });
      await database().query(`select pg_notify('doorbell', 'ding')`);
      expect(await heard).toEqual({ channel: 'doorbell', payload: 'ding' });
      await database().query('select pg_terminate_backend($1)', [connection.processId]);
      await connection.ended;
    });
  });
});

describe('database that is not there', () => {
  test.each([
    { where: 'a port nobody listens on', url: 'postgres://nobody@127.0.0.1:1/none' },
    { where: 'a socket that is not there', url: 'postgres://nobody@localhost/none?host=/nowhere' },
  ])('$where is a passing error', async ({ url }) => {
    const pool = openPool({ target: { kind: 'server', url } });
    const error = await pool.query('select 1').catch((caught: unknown) => caught);
    await pool.close();
    expect(error).toBeInstanceOf(DatabaseError);
    expect(isPassing(error)).toBe(true);
  });
});

test('a connection that the server ends in the moment in which it was made is an error, not the end of the process', async () => {
  // All in one packet, as from a server whose postmaster was killed: nobody could listen in between.
  const server = createServer((socket) => {
    socket.once('data', () =>
      socket.end(Buffer.concat([message('R', Buffer.alloc(4)), message('Z', 'I'), FATAL])),
    );
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const pool = openPool({ target: { kind: 'server', url: `postgres://nobody@127.0.0.1:${port}/none` } });
  await expect(pool.query('select 1')).rejects.toMatchObject({ name: 'DatabaseError', isPassing: true });
  await pool.close();
  server.close();
});

const FATAL = message(
  'E',
  'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0',
);

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: type, length, content. */
function message(type: string, content: string | Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(content));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(content)]);
}
