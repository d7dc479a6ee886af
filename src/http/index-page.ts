import type { FastifyInstance } from 'fastify';
import type { Deps } from '../app/deps.ts';
import { HOUR_MS } from '../domain/units.ts';
import { version } from '../runtime/version.ts';
import { LIVED_BEFORE_MS, type PeopledDemo } from '../sim/demo/demonstration.ts';
import type { Sandbox } from '../sim/sandbox.ts';
import { readCarOverviews } from '../store/overview.ts';
import { loadLocationPrices } from '../store/prices.ts';
import { type IndexView, indexHtml } from './index-html.ts';

/** The sandbox that a page may show; in a service of every day there is none, and no data of anybody is shown. */
export interface ShownWorld {
  readonly sandbox: Sandbox;
  readonly demo: PeopledDemo | null;
}

const SHOWN_BEFORE_MS = 3 * HOUR_MS;
const SHOWN_AFTER_MS = 21 * HOUR_MS;

/** Serves `/`: what runs, and in the demonstration its cars. Everything on it comes from here; it refreshes itself. */
export function addIndexPage(app: FastifyInstance, deps: Deps, world: ShownWorld | null): void {
  app.get('/', async (request, reply) => {
    const view = await readView(deps, world, `http://${request.host}`);
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .header('cache-control', 'no-store')
      .send(indexHtml(view));
  });
}

async function readView(deps: Deps, world: ShownWorld | null, url: string): Promise<IndexView> {
  const nowMs = deps.clock.nowMs();
  const [database] = await deps.database.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const service = { version, url, databaseVersion: database?.version ?? 'unknown', nowMs };
  if (world === null) return { ...service, sandbox: null, demo: null };
  const { speed } = world.sandbox.read();
  if (world.demo === null) return { ...service, sandbox: { speed }, demo: null };
  return { ...service, sandbox: { speed }, demo: await readDemo(deps, world.demo, nowMs) };
}

async function readDemo(deps: Deps, demo: PeopledDemo, nowMs: number): Promise<IndexView['demo']> {
  const { id: clientId, secret } = demo.client;
  const window = { startAtMs: nowMs - SHOWN_BEFORE_MS, endAtMs: nowMs + SHOWN_AFTER_MS };
  const cars = await readCarOverviews(deps.database, clientId, nowMs);
  const keys = cars.flatMap(({ home }) => (home === null ? [] : [{ clientId, locationId: home.id }]));
  const prices = await loadLocationPrices(deps.database, keys, window.startAtMs, window.endAtMs);
  return {
    clientId,
    clientSecret: secret,
    grownAtMs: demo.bornMs + LIVED_BEFORE_MS,
    window,
    cars: cars.map((car) => ({
      ...car,
      prices: (car.home === null ? null : prices.get(`${clientId}/${car.home.id}`)) ?? null,
    })),
  };
}
