import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { insertSettled, type Settled } from './testing/insert-settled.ts';
import { makeTestApi, type TestApi, type TestClient } from './testing.ts';

const POLICY = 'aaaaaaaa-0000-4000-8000-000000000009';
const at = (text: string) => Date.parse(text);

describeOnDatabases('the totals of settled sessions', (database) => {
  let api: TestApi;
  let client: TestClient;

  beforeAll(async () => {
    api = makeTestApi(database());
    client = await api.newClient();
    const stranger = await api.newClient();
    const out = (text: string, change: Partial<Settled> = {}) =>
      insert(client, { pluggedOutAtMs: at(text), pluggedInAtMs: at(text) - HOUR_MS, ...change });
    // Oslo's October 2026 ends an hour later by UTC than it began: 22:00 the day before, and 23:00.
    await out('2026-09-30T21:59:59.999Z', { valuation: valued('NOK', 1, 2) });
    await out('2026-09-30T22:00:00Z', { valuation: valued('NOK', 100_001, 300_000), policyId: POLICY });
    await out('2026-10-31T22:59:59.999Z', { valuation: valued('NOK', -100_000, 200_002), energyWh: 1 });
    await out('2026-10-15T12:00:00Z', { valuation: valued('EUR', 7, 7) });
    await out('2026-10-16T12:00:00Z', { energyWh: 2 });
    await out('2026-10-31T23:00:00Z', { valuation: valued('NOK', 3, 4), userId: 'user-2' });
    await out('2026-10-20T12:00:00Z', { isShown: false, valuation: valued('NOK', 5_000_000, 5_000_000) });
    await insert(stranger, { pluggedOutAtMs: at('2026-10-15T12:00:00Z'), valuation: valued('NOK', 9, 9) });
  });
  afterAll(() => api.close());

  function insert(owner: TestClient, change: Partial<Settled>): Promise<string> {
    return insertSettled(database(), owner.clientId, { id: api.deps.newId(), ...change });
  }

  async function totals(query: string) {
    const { status, body } = await client.call('GET', `/flex/vehicle-policies/sessions/totals?${query}`);
    expect(status).toBe(200);
    return body.data;
  }

  it('adds up the months of a zone, over a change of its clock, exactly and by currency', async () => {
    expect(await totals('timezoneName=Europe/Oslo')).toEqual([
      month('2026-11', 'NOK', 1, 5, 0.000003, 0.000004, 0.000001),
      month('2026-10', 'EUR', 1, 5, 0.000007, 0.000007, 0),
      month('2026-10', 'NOK', 2, 5.001, 0.000001, 0.500002, 0.500001),
      month('2026-10', null, 1, 0.002, null, null, null),
      month('2026-09', 'NOK', 1, 5, 0.000001, 0.000002, 0.000001),
    ]);
  });

  it('puts the same sessions elsewhere by another calendar', async () => {
    const found = await totals('timezoneName=UTC');
    expect(
      found.map((row: { month: string; currency: string; sessions: number }) => [
        row.month,
        row.currency,
        row.sessions,
      ]),
    ).toEqual([
      ['2026-10', 'EUR', 1],
      ['2026-10', 'NOK', 2],
      ['2026-10', null, 1],
      ['2026-09', 'NOK', 2],
    ]);
  });

  it.each([
    ['kind=managed', [['2026-10', 1]]],
    [`policyId=${POLICY}`, [['2026-10', 1]]],
    ['userId=user-2', [['2026-11', 1]]],
    [
      'from=2026-10-31T21:59:59.999Z',
      [
        ['2026-11', 1],
        ['2026-10', 1],
      ],
    ],
    [
      'to=2026-09-30T22:00:00Z',
      [
        ['2026-10', 1],
        ['2026-09', 1],
      ],
    ],
    ['userId=nobody', []],
  ])('%s', async (query, expected) => {
    const found = await totals(`timezoneName=Europe/Oslo&${query}`);
    expect(found.map((row: { month: string; sessions: number }) => [row.month, row.sessions])).toEqual(
      expected,
    );
  });

  it('asks for a time zone', async () => {
    for (const query of ['', '?timezoneName=Oslo', '?timezoneName=%2B01:00']) {
      const answer = await client.call('GET', `/flex/vehicle-policies/sessions/totals${query}`);
      expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'timezoneName' }] } });
    }
  });
});

function valued(currency: string, actualMicros: number, baselineMicros: number) {
  return { currency, actualMicros, baselineMicros };
}

function month(
  name: string,
  currency: string | null,
  sessions: number,
  kwhSum: number,
  cost: number | null,
  baseline: number | null,
  savings: number | null,
) {
  return { month: name, currency, sessions, kwhSum, cost, baseline, savings };
}
