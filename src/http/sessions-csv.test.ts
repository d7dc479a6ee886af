import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { describeOnDatabases, type TestStore } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { streamCsv } from './csv-stream.ts';
import { insertSettled } from './testing/insert-settled.ts';
import { makeHome, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const URL_OF_CSV = '/flex/vehicle-policies/sessions.csv';
const COUNT = 1_203;
const ALL = {
  fromMs: null,
  toMs: null,
  policyId: null,
  locationId: null,
  vehicleId: null,
  userId: null,
  kind: null,
};

describeOnDatabases('the download of settled sessions', (database) => {
  let api: TestApi;
  let client: TestClient;
  let ids: string[];

  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    const home = await makeHome(client);
    ids = [];
    for (let index = 0; index < COUNT; index++) {
      const pluggedOutAtMs = START_MS + Math.floor(index / 7) * MINUTE_MS;
      const id = api.deps.newId();
      ids.push(id);
      const change = index % 3 === 0 ? { ...home } : {};
      await insertSettled(database(), client.clientId, { id, pluggedOutAtMs, ...change });
    }
    await insertSettled(database(), (await api.newClient()).clientId, { id: api.deps.newId() });
    await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => api.close());

  async function download(query = ''): Promise<string[]> {
    const answer = await client.call('GET', `${URL_OF_CSV}${query}`);
    expect(answer.status).toBe(200);
    const text: string = answer.body;
    expect(text.endsWith('\r\n')).toBe(true);
    return text.split('\r\n').slice(0, -1);
  }

  it('has every row of the list once, in its order, whatever the number of batches', async () => {
    const [header, ...rows] = await download();
    expect(header).toMatch(/^id,kind,policyId,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(ids.toReversed());
  });

  it('is a file to keep, with names that people know', async () => {
    const answer = await client.call('GET', `${URL_OF_CSV}?kind=managed`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="sessions.csv"',
      'x-content-type-options': 'nosniff',
    });
    const rows = (await download('?kind=managed')).slice(1);
    expect(rows).toHaveLength(401);
    expect(rows.every((row) => row.includes(',Blue,') && row.includes(',Home,'))).toBe(true);
  });

  it('takes the filters of the list, and refuses what it does not know', async () => {
    expect(await download('?userId=nobody')).toHaveLength(1);
    expect(await client.call('GET', `${URL_OF_CSV}?pageSize=5`)).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'pageSize' }] },
    });
    expect(await api.raw('GET', URL_OF_CSV)).toMatchObject({ status: 401 });
  });

  it('breaks off where the database is lost in the middle, so that nobody takes a part for the whole', async () => {
    let statements = 0;
    const query: TestStore['query'] = async (text, values, name) => {
      if (text.includes('vehicleName') && ++statements === 3) throw new Error('the database is away');
      return database().query(text, values, name);
    };
    const broken = makeTestApi({ ...database(), query });
    await broken.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = broken.app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${URL_OF_CSV}`, {
      headers: { authorization: `Bearer ${client.token}` },
    });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    await broken.close();
  });

  it('gives a reader up who takes nothing', async () => {
    const stream = streamCsv(api.deps, client.clientId, ALL, 10);
    // The first batch is more than a stream holds: it waits for its reader.
    await once(stream, 'readable');
    await once(stream, 'close');
    expect(stream.destroyed).toBe(true);
  });

  it('reads no further than the reader takes, and ends with him', async () => {
    let statements = 0;
    const counted = {
      ...database(),
      query: (async (text, values, name) => {
        if (text.includes('vehicleName')) statements += 1;
        return database().query(text, values, name);
      }) satisfies TestStore['query'],
    };
    const many = makeTestApi(counted);
    // Wide names make a batch larger than what sockets hold by themselves.
    const wide = await many.newClient();
    const home = await makeHome(wide);
    await wide.call('PATCH', `/vehicles/${home.vehicleId}`, {
      information: { displayName: 'x'.repeat(100) },
    });
    await database().query(
      `insert into sessions (client_id, id, policy_id, vehicle_id, location_id, user_id, state, plugged_in_at,
                             plugged_out_at, is_shown, sequence, body)
       select $1, gen_random_uuid(), s.policy_id, $2, s.location_id, s.user_id, s.state, s.plugged_in_at,
              s.plugged_out_at, s.is_shown, 1, s.body
       from sessions s, generate_series(1, 50) where s.client_id = $3 and s.state = 'SETTLED'`,
      [wide.clientId, home.vehicleId, client.clientId],
    );
    await many.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = many.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${URL_OF_CSV} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${wide.token}\r\n\r\n`);
    await once(socket, 'readable');
    // 60,150 rows are 121 batches. Without a reader they stand still, once what is between is full.
    let before = -1;
    let looksWithoutChange = 0;
    await until(() => {
      looksWithoutChange = before === statements ? looksWithoutChange + 1 : 0;
      before = statements;
      return looksWithoutChange === 50;
    });
    expect(statements).toBeGreaterThan(1);
    expect(statements).toBeLessThan(90);
    socket.destroy();
    await many.close();
    const afterwards = statements;
    expect(afterwards - before).toBeLessThan(3);
  });
});
