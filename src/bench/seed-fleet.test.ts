import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueToken } from '../app/issue-token.ts';
import { buildServer } from '../http/server.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { type Fleet, seedFleet } from './seed-fleet.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers by hand
type Body = any;

/** The one that lives is the van of a pool, which is plugged in several times a day. */
const SIZE = { originalCount: 1, carCount: 40, settledCount: 1_600 };
const SEEDING_LIMIT_MS = 180_000;

describeOnDatabases('a seeded fleet', (database) => {
  let fleet: Fleet;
  let app: ReturnType<typeof buildServer>;
  let token: string;

  beforeAll(async () => {
    fleet = await seedFleet(database(), SIZE);
    const { sandbox, client, deps } = fleet;
    app = buildServer(deps, { world: { sandbox, demoClient: client } });
    token = (await issueToken(deps, client.id, client.secret))?.token ?? '';
  }, SEEDING_LIMIT_MS);
  afterAll(async () => {
    await app.close();
    await fleet.sandbox.stop();
  });

  async function call(method: 'GET' | 'PUT', url: string, payload?: object): Promise<Body> {
    const answer = await app.inject({ method, url, payload, headers: { authorization: `Bearer ${token}` } });
    expect(answer.statusCode).toBe(200);
    return answer.json();
  }

  it('has as many cars, each with a name, a reason and a past of its own', async () => {
    const { data } = await call('GET', '/flex/overview?pageSize=100');
    expect(data).toHaveLength(SIZE.carCount);
    const own = (of: (row: Body) => string) => new Set(data.map(of)).size;
    expect(own((row) => row.session.id)).toBe(SIZE.carCount);
    expect(own((row) => row.vehicle.id)).toBe(SIZE.carCount);
    expect(own((row) => row.vehicle.displayName)).toBe(SIZE.carCount);
    expect(data.every((row: Body) => row.reason !== null)).toBe(true);
    expect(await call('GET', '/flex/overview/totals')).toMatchObject({ cars: SIZE.carCount });
    const months = await call('GET', '/flex/vehicle-policies/sessions/totals?timezoneName=Europe/Oslo');
    expect(months.data.length).toBeGreaterThan(3);
    const sessions = months.data.reduce((sum: number, month: Body) => sum + month.sessions, 0);
    expect(Math.abs(sessions - SIZE.settledCount)).toBeLessThan(SIZE.settledCount / 10);
  });

  it('has copies that live on: one takes an override like any car', async () => {
    const { data } = await call('GET', '/flex/overview?q=Car%2000039');
    expect(data).toHaveLength(1);
    const { id } = data[0].session;
    const body = { type: 'IMMEDIATE_START', minimumChargeTarget: 100 };
    const changed = await call('PUT', `/flex/sessions/${id}/target`, body);
    expect(changed).toMatchObject({ id, target: { latest: body } });
    const history = await call('GET', `/flex/sessions/${id}/history`);
    expect(history.data[0].cause).toBe('OVERRIDE');
  });
});
