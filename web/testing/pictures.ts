// `npm run pictures`: docs/images from the demonstration, each page light, dark and on a phone. Two runs differ in little
// but the dates: the demonstration's cars and prices come from its seed.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { makeDataDir, startTidewatt } from '../../src/cli/testing/service-process.ts';
import { type Client, makeClient } from '../../src/client/client.ts';
import { until } from '../../src/store/testing/until.ts';
import { pages } from '../pages.ts';
import { matchPath } from '../router.ts';
import { closeBrowser, openPage, PHONE } from './chromium.ts';
import { expectOk } from './world.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const LOOKS = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['phone', { colorScheme: 'light', viewport: PHONE }],
] as const;
const GROWN_LIMIT_MS = 180_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BAD_EVERY = 9;

let received = 0;
const receiver = createServer((request, response) => {
  received += 1;
  request.resume();
  response.writeHead(received % BAD_EVERY === 0 ? 500 : 204).end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));

const data = makeDataDir();
const service = await startTidewatt(['demo', '--port', '0', '--data-dir', data.path, '--seed', '1']);
try {
  const { url, clientId = '', clientSecret = '' } = service.ready;
  const api = await signedIn(url, clientId, clientSecret);
  await untilGrown(api);
  const webhookId = await makeWebhook(api);
  await moveToNight(api);
  const places = await placesOf(api, webhookId);
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) if (name.endsWith('.png')) rmSync(join(FOLDER, name));
  for (const [look, options] of LOOKS) {
    const { page } = await openPage(url, { ...options, reducedMotion: 'reduce' });
    await take(page, `sign-in-${look}`);
    await page.getByRole('button', { name: /demonstration/ }).click();
    for (const [name, hash] of places) {
      await page.goto(`${url}/${hash}`);
      await take(page, `${name}-${look}`);
    }
    await page.context().close();
  }
} finally {
  await closeBrowser();
  receiver.close();
  await service.stop();
  await data.drop();
}

/** A picture of the page when nothing is loaded any more. */
async function take(page: Page, name: string): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.locator('.skeleton').waitFor({ state: 'detached' });
  // Charts are laid out after their data; the live stream never ends, so the network is never idle.
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy=true]').length === 0);
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
  console.log(`docs/images/${name}.png`);
}

/** Three days have been lived. The clock stands. */
async function untilGrown(api: Client): Promise<void> {
  await until(async () => expectOk(await api.call('GET /sandbox/clock')).speed > 0, GROWN_LIMIT_MS);
  expectOk(await api.call('PUT /sandbox/clock', { body: { speed: 0 } }));
}

/** To two hours after midnight, when some cars charge. */
async function moveToNight(api: Client): Promise<void> {
  const { now } = expectOk(await api.call('GET /sandbox/clock'));
  const nightMs = (Math.floor(Date.parse(now) / DAY_MS) + 1) * DAY_MS + 2 * HOUR_MS;
  expectOk(await api.call('PUT /sandbox/clock', { body: { now: new Date(nightMs).toISOString() } }));
}

/** A webhook whose receiver is well but for some answers. */
async function makeWebhook(api: Client): Promise<string> {
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const body = {
    url: `http://127.0.0.1:${address.port}/tidewatt`,
    secret: 'shown-nowhere-and-of-no-worth-to-anybody',
    events: ['flex:session:updated' as const],
  };
  return expectOk(await api.call('POST /webhooks', { body })).id;
}

/** Every page with something on it; of sessions the one whose car charges and whose price and plan are worth a look. */
async function placesOf(api: Client, webhookId: string): Promise<(readonly [string, string])[]> {
  const rows = expectOk(
    await api.call('GET /flex/overview', { query: { state: 'ACTIVE', pageSize: 100 } }),
  ).data;
  const charging = rows.find(
    ({ vehicle, session }) => vehicle.isCharging === true && session.blocks.length > 0,
  );
  const session = (charging ?? rows[0])?.session;
  if (session === undefined) throw new Error('expected a car that is plugged in');
  const places = [
    ['cars', '#/cars'],
    ['session', `#/session/${session.id}`],
    ['history', '#/history'],
    ['policies', '#/policies'],
    ['policy', `#/policy/${session.policyId}`],
    ['webhooks', '#/webhooks'],
    ['webhook', `#/webhook/${webhookId}`],
  ] as const;
  return places.filter(([, hash]) => pages.some(({ pattern }) => matchPath(pattern, hash.slice(1)) !== null));
}

async function signedIn(baseUrl: string, id: string, secret: string): Promise<Client> {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
  const token = expectOk(await makeClient({ baseUrl }).call('POST /oauth2/token', { form }));
  return makeClient({ baseUrl, headers: { authorization: `Bearer ${token.access_token}` } });
}
