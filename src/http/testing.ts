/** What the tests of HTTP share: a server on virtual clocks, and a client that checks every answer by its schema. */
import { deepStrictEqual } from 'node:assert';
import { createClient } from '../app/create-client.ts';
import type { Deps } from '../app/deps.ts';
import { makeUuidv7 } from '../runtime/ids.ts';
import { makeLog } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { problemSchema } from '../wire/problem.ts';
import { buildServer, type ServerOptions } from './server.ts';

/** The instant at which every test begins: an evening in June. */
export const START_MS = Date.parse('2025-06-10T18:00:00Z');

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by hand
  readonly body: any;
}

export interface TestClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly token: string;
  call(method: Method, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface TestApi {
  readonly deps: Deps;
  readonly app: ReturnType<typeof buildServer>;
  /** Moves the service's clock. */
  moveTo(atMs: number): void;
  /** Moves the real clock, which tokens, keys and rate limits go by. */
  moveRealTo(atMs: number): void;
  newClient(): Promise<TestClient>;
  raw(method: Method, url: string, more?: RawRequest): Promise<Answer>;
  close(): Promise<void>;
}

interface RawRequest {
  readonly headers?: Record<string, string>;
  readonly payload?: string;
}

/** Never begins anew, so that two services on one database give different ids. */
let seed = 1;

export function makeTestApi(database: Database, options: ServerOptions = {}): TestApi {
  let nowMs = START_MS;
  let realMs = START_MS;
  const clock = { nowMs: () => nowMs };
  const randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed & 0xff;
    });
  const deps: Deps = {
    database,
    clock,
    realClock: { nowMs: () => realMs },
    newId: makeUuidv7({ ...clock, randomBytes }),
    log: makeLog({ ...clock, level: 'silent' }),
  };
  const app = buildServer(deps, {
    ...options,
    // A field that the document does not have is lost by the schema, and so found.
    onAnswer: ({ spec }, status, body) => {
      const schema = spec.answers[status]?.schema;
      if (schema !== undefined) deepStrictEqual(schema.parse(body), body);
    },
  });

  async function raw(method: Method, url: string, more: RawRequest = {}): Promise<Answer> {
    const response = await app.inject({ method, url, ...more });
    const isJson = String(response.headers['content-type']).includes('json');
    const body: unknown = isJson ? JSON.parse(response.body) : response.body;
    if (response.statusCode >= 400) {
      deepStrictEqual(problemSchema.parse(body), body);
      deepStrictEqual(response.headers['content-type'], 'application/problem+json; charset=utf-8');
    }
    return { status: response.statusCode, headers: response.headers, body };
  }

  return {
    deps,
    app,
    moveTo(atMs) {
      nowMs = atMs;
    },
    moveRealTo(atMs) {
      realMs = atMs;
    },
    async newClient() {
      const { clientId, clientSecret } = await createClient(deps, 'test');
      const { body } = await raw('POST', '/oauth2/token', {
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: 'grant_type=client_credentials',
      });
      const token: string = body.access_token;
      return {
        clientId,
        clientSecret,
        token,
        call: (method, url, payload, headers = {}) =>
          raw(method, url, {
            headers: {
              authorization: `Bearer ${token}`,
              ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
              ...headers,
            },
            ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
          }),
      };
    },
    raw,
    close: () => app.close(),
  };
}

/** A location, a vehicle there, and a policy for the two. */
export async function makeHome(
  client: TestClient,
  userId = 'user-1',
): Promise<{ readonly locationId: string; readonly vehicleId: string; readonly policyId: string }> {
  const location = await client.call('POST', `/users/${userId}/locations`, HOME);
  const vehicle = await client.call('POST', `/users/${userId}/vehicles`, {
    information: { brand: 'Volvo', displayName: 'Blue' },
    batteryCapacity: 64,
  });
  const locationId: string = location.body.id;
  const vehicleId: string = vehicle.body.id;
  const policy = await client.call('POST', '/flex/vehicle-policies', { vehicleId, locationId });
  return { locationId, vehicleId, policyId: policy.body.id };
}

export const HOME = {
  name: 'Home',
  latitude: 59.91,
  longitude: 10.75,
  timezoneName: 'Europe/Oslo',
  zone: 'NO1',
};
