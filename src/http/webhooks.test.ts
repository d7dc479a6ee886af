import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliverDue } from '../app/deliver-webhooks.ts';
import { runDueLanes } from '../app/run-lanes.ts';
import { type Receiver, startReceiver } from '../app/testing/receiver.ts';
import { withEgress } from '../app/webhook-deps.ts';
import { MINUTE_MS } from '../domain/units.ts';
import { assignPositions } from '../store/events.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { makeHome, makeTestApi, START_MS, type TestApi, type TestClient } from './testing.ts';

const SECRET = 'a-secret-of-16-c';

describeOnDatabases('webhooks over HTTP', (database) => {
  let api: TestApi;
  let client: TestClient;
  let receiver: Receiver;
  beforeAll(async () => {
    api = makeTestApi(database(), { webhookAllowsPrivate: true });
    receiver = await startReceiver();
  });
  beforeEach(async () => {
    await database().query('delete from webhooks');
    client = await api.newClient();
    receiver.answer = () => ({ status: 200, body: 'thanks' });
    receiver.received.length = 0;
  });
  afterAll(async () => {
    await api.close();
    await receiver.close();
  });

  const create = (more: object = {}) =>
    client.call('POST', '/webhooks', { url: receiver.url, secret: SECRET, ...more });

  /** Everything that is due now: lanes, positions, deliveries. */
  async function settle(): Promise<void> {
    while ((await runDueLanes(api.deps, 100)) > 0);
    await assignPositions(database());
    const deps = withEgress(api.deps, { allowsPrivate: true });
    while ((await deliverDue(deps)) > 0);
    deps.egress.close();
  }

  it('lives from POST to DELETE, and never shows a secret', async () => {
    const authentication = { headerName: 'X-Key', headerValue: 'hush-hush' };
    const created = await create({ authentication });
    expect(created.status).toBe(201);
    const { id } = created.body;
    const shown = {
      id,
      url: receiver.url,
      events: ['*'],
      format: 'single',
      authentication: { headerName: 'x-key' },
      isActive: true,
      inactiveReason: null,
      lastSuccess: null,
      pendingEvents: 0,
      nextAttemptAt: null,
      oldSecretValidUntil: null,
      createdAt: '2025-06-10T18:00:00Z',
    };
    expect(created.body).toEqual(shown);
    expect((await client.call('GET', `/webhooks/${id}`)).body).toEqual(shown);
    const patched = await client.call('PATCH', `/webhooks/${id}`, {
      events: ['flex:session:updated'],
      format: 'batch',
      secret: 'another-secret-of-ours',
      authentication: null,
    });
    expect(patched).toMatchObject({
      status: 200,
      body: {
        events: ['flex:session:updated'],
        format: 'batch',
        authentication: null,
        oldSecretValidUntil: '2025-06-11T18:00:00Z',
      },
    });
    const listed = await client.call('GET', '/webhooks');
    expect(listed.body).toEqual({ data: [patched.body], pagination: { after: null, before: null } });
    for (const { body } of [created, patched, listed]) {
      for (const secret of [SECRET, 'another-secret-of-ours', 'hush-hush']) {
        expect(JSON.stringify(body)).not.toContain(secret);
      }
    }
    expect((await client.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
    expect((await client.call('DELETE', `/webhooks/${id}`)).status).toBe(404);
    expect((await client.call('GET', `/webhooks/${id}/deliveries`)).status).toBe(404);
  });

  it.each([
    { what: 'an unknown event', body: { events: ['flex:session:renamed'] }, path: 'events.0' },
    { what: 'no event', body: { events: [] }, path: 'events' },
    { what: 'a short secret', body: { secret: 'fifteen-chars-x' }, path: 'secret' },
    { what: 'a secret that is not base64', body: { secret: 'whsec_***************' }, path: 'secret' },
    { what: 'no URL', body: { url: 'receiver' }, path: 'url' },
    { what: 'a file', body: { url: 'file:///etc/passwd' }, path: 'url' },
    { what: 'metadata', body: { url: 'http://169.254.169.254/' }, path: 'url' },
    { what: 'another format', body: { format: 'xml' }, path: 'format' },
    {
      what: 'a header of ours',
      body: { authentication: { headerName: 'Webhook-Id', headerValue: 'x' } },
      path: 'authentication.headerName',
    },
    {
      what: 'a header with a line break',
      body: { authentication: { headerName: 'x', headerValue: 'a\r\nb: c' } },
      path: 'authentication.headerValue',
    },
  ])('refuses $what, new and changed', async ({ body, path }) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { issues: [{ path }] } });
    const { id } = (await create()).body;
    expect(await client.call('PATCH', `/webhooks/${id}`, body)).toMatchObject({
      status: 400,
      body: { issues: [{ path }] },
    });
  });

  it('permits no private receiver without being told so', async () => {
    const strict = makeTestApi(database());
    const other = await strict.newClient();
    for (const url of [
      'http://example.com/',
      'https://127.0.0.1/',
      'https://localhost/',
      'https://10.1.1.1/',
    ]) {
      const answer = await other.call('POST', '/webhooks', { url, secret: SECRET });
      expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'url' }] } });
    }
    await strict.close();
  });

  it('has a limit for each client', async () => {
    for (let n = 0; n < 50; n++) expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
  });

  it('tests a receiver, and tells what it answered', async () => {
    const { id } = (await create()).body;
    expect((await client.call('POST', `/webhooks/${id}/test`)).body).toEqual({
      status: 'SUCCESS',
      description: 'The receiver accepted the test event.',
      response: { code: 200, body: 'thanks' },
    });
    expect(receiver.received[0]?.events).toEqual([
      { event: 'webhook:test', createdAt: '2025-06-10T18:00:00Z', version: '1' },
    ]);
    receiver.answer = () => ({ status: 302, headers: { location: 'https://example.com/' } });
    expect((await client.call('POST', `/webhooks/${id}/test`)).body).toMatchObject({
      status: 'FAILURE',
      description: 'the receiver answered 302: redirects are not followed',
    });
    expect((await client.call('GET', `/webhooks/${id}/deliveries`)).body.data).toMatchObject([
      { kind: 'test', status: 'FAILED', responseStatus: 302, eventIds: [] },
      { kind: 'test', status: 'DELIVERED', responseStatus: 200, response: 'thanks', error: null },
    ]);
  });

  it('delivers what the session GET shows, and replays it from an instant or an event', async () => {
    const { id } = (await create()).body;
    const { policyId } = await makeHome(client);
    await settle();
    const session = (await client.call('GET', `/flex/vehicle-policies/${policyId}/session`)).body;
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.events[0]).toMatchObject({
      event: 'flex:session:updated',
      userId: 'user-1',
      createdAt: '2025-06-10T18:00:00Z',
      sequence: 1,
      session,
    });
    const replays = `/webhooks/${id}/replay`;
    expect(await client.call('POST', replays, { from: '2025-06-10T18:00:00Z' })).toMatchObject({
      status: 202,
      body: { replay: 1, events: 1 },
    });
    await settle();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.body.equals(receiver.received[0]?.body ?? Buffer.alloc(0))).toBe(true);
    const [newest] = (await client.call('GET', `/webhooks/${id}/deliveries`)).body.data;
    expect(newest).toMatchObject({ kind: 'events', status: 'DELIVERED', eventIds: [expect.any(String)] });
    // After that very event there is nothing.
    expect((await client.call('POST', replays, { from: newest.eventIds[0] })).body).toEqual({
      replay: null,
      events: 0,
    });
    for (const from of ['yesterday', '2025-06-10T18:00:00', '7']) {
      expect(await client.call('POST', replays, { from })).toMatchObject({
        status: 400,
        body: { issues: [{ path: 'from' }] },
      });
    }
  });

  it("asks an integrator's own connector to start a car, and takes its answer", async () => {
    await create({ events: ['flex:command:requested'] });
    const { vehicleId, locationId, policyId } = await makeHome(client);
    const hourMs = 60 * MINUTE_MS;
    await client.call('POST', '/flex/tariffs/zone:NO1', { direction: 'import', currency: 'EUR', per: 'kWh' });
    await client.call(
      'PUT',
      '/flex/tariffs/zone:NO1/timeseries',
      {
        to: new Date(START_MS + 48 * hourMs).toISOString(),
        values: [{ at: new Date(START_MS - hourMs).toISOString(), rate: 0.2 }],
      },
      { 'idempotency-key': 'prices' },
    );
    await client.call('POST', '/telemetry', {
      observations: [
        {
          vehicleId,
          observedAt: new Date(START_MS).toISOString(),
          isPluggedIn: true,
          powerDeliveryState: 'PLUGGED_IN:STOPPED',
          batteryLevel: 10,
          batteryCapacity: 64,
          locationId,
        },
      ],
    });
    await settle();
    // Below the reserve: at once.
    const requested = receiver.received.map(({ events: [event] }) => event);
    expect(requested).toMatchObject([
      { event: 'flex:command:requested', userId: 'user-1', command: { vehicleId, kind: 'START' } },
    ]);
    const { id } = requested[0].command;
    const result = await client.call('POST', `/commands/${id}/result`, { outcome: 'CONFIRMED' });
    expect(result).toMatchObject({ status: 200, body: { id, state: 'CONFIRMED' } });
    expect((await client.call('GET', `/flex/vehicle-policies/${policyId}/session`)).body.state).toBe(
      'ACTIVE:BATTERY_RESERVE',
    );
  });
});
