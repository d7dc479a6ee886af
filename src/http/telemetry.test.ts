import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { makeHome, makeTestApi, type TestApi, type TestClient } from './testing.ts';

describeOnDatabases('telemetry', (database) => {
  let api: TestApi;
  let client: TestClient;
  let vehicleId: string;
  beforeAll(() => {
    api = makeTestApi(database());
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    client = await api.newClient();
    vehicleId = (await makeHome(client)).vehicleId;
  });

  const send = (...observations: readonly object[]) =>
    client.call('POST', '/telemetry', { observations: observations.map((one) => ({ vehicleId, ...one })) });

  it('keeps what is in order and names what is not', async () => {
    const answer = await send(
      { observedAt: '2025-06-10T17:00:00Z', batteryLevel: 40 },
      { observedAt: 'noon' },
      { observedAt: '2025-06-10T18:05:00Z', batteryLevel: 41 },
      { observedAt: '2025-06-10T18:05:01Z', batteryLevel: 42 },
      { observedAt: '2025-03-12T18:00:00Z', batteryLevel: 43 },
      { observedAt: '2025-03-12T17:59:59Z', batteryLevel: 44 },
      { observedAt: '2025-06-10T17:00:00Z', chargeRate: -1 },
      { observedAt: '2025-06-10T17:01:00Z', powerDeliveryState: 'CHARGING' },
    );
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ accepted: 3, duplicates: 0 });
    expect(answer.body.rejected).toEqual([
      { index: 1, reason: expect.stringContaining('malformed observedAt: expected an instant') },
      { index: 3, reason: 'observedAt is more than 5 min in the future' },
      { index: 5, reason: 'observedAt is older than the retention of readings' },
      { index: 6, reason: expect.stringContaining('malformed chargeRate') },
      { index: 7, reason: expect.stringContaining('malformed powerDeliveryState') },
    ]);
  });

  it('counts the same vehicle, time and content once, other content too', async () => {
    const reading = { observedAt: '2025-06-10T17:00:00Z', batteryLevel: 40 };
    expect((await send(reading, reading)).body).toEqual({ accepted: 1, duplicates: 1, rejected: [] });
    const again = await send({ ...reading, isPluggedIn: null, observedAt: '2025-06-10T19:00:00+02:00' });
    expect(again).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect((await send({ ...reading, batteryLevel: 41 })).body).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it('puts changes of the plug before the rest, by what was last told of it', async () => {
    await send(
      { observedAt: '2025-06-10T17:00:00Z', batteryLevel: 40 },
      { observedAt: '2025-06-10T17:01:00Z', isPluggedIn: true },
      { observedAt: '2025-06-10T17:02:00Z', isPluggedIn: true, batteryLevel: 41 },
      { observedAt: '2025-06-10T17:03:00Z', powerDeliveryState: 'PLUGGED_IN:CHARGING' },
      { observedAt: '2025-06-10T17:04:00Z', powerDeliveryState: 'UNPLUGGED' },
      { observedAt: '2025-06-10T17:05:00Z', powerDeliveryState: 'UNKNOWN' },
    );
    const rows = await database().query<{ priority: number }>(
      `select priority from inbox where vehicle_id = $1 and kind = 'reading' order by input_id`,
      [vehicleId],
    );
    expect(rows.map((row) => row.priority)).toEqual([1, 0, 1, 1, 0, 1]);
  });

  it('never touches the lane itself', async () => {
    const read = () => database().query('select l::text from lanes l where vehicle_id = $1', [vehicleId]);
    const before = await read();
    await send({ observedAt: '2025-06-10T17:01:00Z', isPluggedIn: true });
    expect(await read()).toEqual(before);
  });

  it('answers each of many requests at once for itself', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_none, index) =>
        index % 10 === 9
          ? send({ observedAt: '2025-06-10T17:00:00Z', batteryLevel: 101 })
          : send({ observedAt: '2025-06-10T17:00:00Z', batteryLevel: index }, { observedAt: 'x' }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(
      Array.from({ length: 40 }, (_none, index) => (index % 10 === 9 ? 400 : 202)),
    );
    const [row] = await database().query<{ count: number }>(
      `select count(*) as count from inputs where vehicle_id = $1 and kind = 'reading'`,
      [vehicleId],
    );
    expect(row?.count).toBe(36);
  });
});
