// `npm run pages`: the dashboard in a real browser over 10,000 cars, beside an empty answer of the same server; then ten
// minutes of live events (`npm run pages -- --minutes 2` for fewer, `--cars 500` to try it out).
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { seedFleet, USUAL_FLEET } from '../../src/bench/seed-fleet.ts';
import { addDashboard, readDashboard } from '../../src/http/dashboard.ts';
import { listen } from '../../src/http/listen.ts';
import { buildServer } from '../../src/http/server.ts';
import { makeDoorbell } from '../../src/runtime/doorbell.ts';
import { withScratchDatabase } from '../../src/store/scratch-database.ts';
import { startSequencer } from '../../src/workers/sequencer.ts';
import { closeBrowser, openPage, type WatchedPage } from './chromium.ts';

const ROUNDS = 5;
const MINUTE_MS = 60_000;
/** Two dozen of the cars live on; at this speed they tell several things a second. */
const LIVE_SPEED = 600;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, cars: { type: 'string', default: '10000' } },
});
const minutes = Number(values.minutes);
const carCount = Number(values.cars);
await withScratchDatabase(process.env.DATABASE_URL ?? null, async (database) => {
  console.error(`Seeding ${carCount} cars; ten thousand take a minute or two…`);
  const fleet = await seedFleet(database, { ...USUAL_FLEET, carCount, settledCount: 10 * carCount });
  const bells = { written: makeDoorbell(), placed: makeDoorbell() };
  const deps = { ...fleet.deps, bells };
  const server = buildServer(deps, { world: { sandbox: fleet.sandbox, demoClient: fleet.client } });
  addDashboard(server, readDashboard());
  const sequencer = startSequencer(deps, bells);
  try {
    const url = await listen(server, { host: '127.0.0.1', port: 0 });
    await bench(url, fleet.sandbox);
  } finally {
    await closeBrowser();
    await sequencer.stop();
    await fleet.sandbox.stop();
    await server.close();
  }
});

async function bench(url: string, sandbox: { setSpeed(speed: number): Promise<void> }): Promise<void> {
  const empty: number[] = [];
  const first: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const watched = await openPage(`${url}/health/live`);
    empty.push(
      await watched.page.evaluate(
        () => performance.getEntriesByType('navigation')[0]?.duration ?? Number.NaN,
      ),
    );
    await signIn(watched, url);
    first.push(await firstView(watched.page, url));
    await watched.page.context().close();
  }
  const watched = await openPage(url);
  const { page } = watched;
  await signIn(watched, url);
  await page.goto(`${url}/#/cars`);
  await page.locator('.car').first().waitFor();
  const search = page.getByRole('searchbox');
  const steps: Record<string, () => Promise<void>> = {
    'filter: plugged in': () => page.getByRole('button', { name: /^Plugged in/ }).click(),
    'filter: with an error': () => page.getByRole('button', { name: /^With an error/ }).click(),
    'filter: all': () => page.getByRole('button', { name: /^All/ }).click(),
    'search: one': () => search.fill('Car 04711'),
    'search: many': () => search.fill('volvo'),
    'search: none': () => search.fill('zeppelin'),
  };
  const taken = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, act] of Object.entries(steps)) {
      const tookMs = await untilShown(page, act);
      taken.set(name, [...(taken.get(name) ?? []), tookMs]);
    }
    await untilShown(page, () => search.fill(''));
  }
  const rows = await page.locator('.car').count();
  line('an empty answer of the same server', empty);
  line('first view, to its rows drawn', first);
  for (const [name, times] of taken) line(name, times);
  console.log(`rows on the page: ${rows}`);
  await sandbox.setSpeed(LIVE_SPEED);
  await memory(page);
}

/** The memory of the page each minute, garbage collected. */
async function memory(page: Page): Promise<void> {
  const debuggerSession = await page.context().newCDPSession(page);
  await debuggerSession.send('Performance.enable');
  for (let minute = 0; minute <= minutes; minute += 1) {
    await debuggerSession.send('HeapProfiler.collectGarbage');
    const { metrics } = await debuggerSession.send('Performance.getMetrics');
    const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    const heapMb = (metric('JSHeapUsedSize') / 2 ** 20).toFixed(1);
    console.log(
      `minute ${minute}: heap ${heapMb} MB, ${metric('Nodes')} nodes, ${metric('JSEventListeners')} listeners`,
    );
    if (minute < minutes) await page.waitForTimeout(MINUTE_MS);
  }
}

async function signIn({ page }: WatchedPage, url: string): Promise<void> {
  // tsx has functions named by a helper, which the page does not have.
  await page.addInitScript('globalThis.__name = (given) => given;');
  await page.goto(url);
  await page.getByRole('button', { name: /demonstration/ }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.goto('about:blank');
}

/** From the start of the navigation to the frame that shows the first rows, nothing cached. */
async function firstView(page: Page, url: string): Promise<number> {
  const debuggerSession = await page.context().newCDPSession(page);
  await debuggerSession.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.goto(`${url}/#/cars`, { waitUntil: 'commit' });
  const tookMs = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelectorAll('.car').length > 0) resolve(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await debuggerSession.detach();
  return tookMs;
}

/** From an act to the frame that shows its answer: the list, or that there is none, no longer an earlier one. */
async function untilShown(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const shown = (): string =>
      document.querySelector('[aria-busy=true], .skeleton') === null
        ? (document.querySelector('.cars, .empty')?.textContent ?? '')
        : '';
    const before = shown();
    Reflect.set(
      window,
      'answer',
      new Promise<number>((resolve) => {
        let beganMs: number | null = null;
        const begin = (): void => {
          beganMs ??= performance.now();
        };
        for (const name of ['pointerdown', 'click', 'input'])
          addEventListener(name, begin, { capture: true, once: true });
        const look = (): void => {
          const now = shown();
          if (beganMs !== null && now !== '' && now !== before) resolve(performance.now() - beganMs);
          else requestAnimationFrame(look);
        };
        look();
      }),
    );
  });
  await act();
  return page.evaluate(() => Reflect.get(window, 'answer'));
}

function line(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  console.log(
    `${name.padEnd(36)} ${median.toFixed(0).padStart(6)} ms  (${sorted.map((ms) => ms.toFixed(0)).join(', ')})`,
  );
}
