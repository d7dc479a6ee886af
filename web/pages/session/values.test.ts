import type { Page } from 'playwright-core';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan, ResolvedTariff, Session } from '../../../src/client/api.ts';
import { closePage, describeInBrowser } from '../../testing/browser.ts';
import { makeHome, moveClock, plug, pushPrices, type TestHome } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { expectOk, startWorld, type TestWorld } from '../../testing/world.ts';

const OSLO = 'Europe/Oslo';
const QUARTER_MS = 900_000;
/** The night in which the clock goes back; below nothing from 02:00 to 03:00 UTC. */
const NIGHT = [
  0.33, 0.31, 0.3, 0.29, 0.27, 0.25, 0.2, 0.12, 0.1, 0.08, 0.05, -0.03, 0.06, 0.14, 0.22, 0.3, 0.33,
];

/** What the page shows of a quarter hour. */
interface Row {
  readonly time: string;
  readonly price: string;
  readonly charging: string;
  readonly rate: string;
  readonly level: string;
}

/** Reads values off the page and compares every one with what the API says; it shares no code with the page. */
describeInBrowser('the values of the page of a session', () => {
  let world: TestWorld;
  const homes = new Map<string, TestHome>();
  const home = (name: string): TestHome => homes.get(name) ?? { locationId: '', vehicleId: '', policyId: '' };

  beforeAll(async () => {
    world = await startWorld('2026-10-24T15:00:00Z');
    const { api } = world;
    await pushPrices(world, '2026-10-24T15:00:00Z', NIGHT);
    for (const name of ['clock', 'negative', 'unmanaged', 'error', 'missed', 'override']) {
      homes.set(name, await makeHome(world, name, name));
    }
    const { policyId } = home('unmanaged');
    expectOk(await api.call('DELETE /flex/vehicle-policies/{policyId}', { path: { policyId } }));
    await plug(world, home('unmanaged'), true, {
      startsAtPlugIn: true,
      locationId: home('unmanaged').locationId,
    });
    await plug(world, home('error'), true, { refusesCommands: true });
    for (const name of ['clock', 'missed', 'override']) await plug(world, home(name), true);
    await plug(world, home('negative'), true, { batteryLevel: 10 });
    await target('missed', { type: 'REGULAR', minimumChargeTarget: 100, readyBy: '2026-10-24T17:00:00Z' });
    await moveClock(world, '2026-10-24T17:30:00Z');
    await plug(world, home('missed'), false);
    await moveClock(world, '2026-10-25T02:20:00Z');
    await target('override', { type: 'IMMEDIATE_START', minimumChargeTarget: 95 });
    await moveClock(world, '2026-10-25T02:50:00Z');
    for (const name of ['clock', 'unmanaged']) await plug(world, home(name), false);
    await moveClock(world, '2026-10-25T03:07:00Z');
    // Half a day of seven cars, also on a machine that has other things to do.
  }, 180_000);
  afterAll(() => world.stop());

  async function target(name: string, body: Parameters<typeof put>[1]): Promise<void> {
    await put((await current(name)).id, body);
  }

  async function put(
    sessionId: string,
    body:
      | { readonly type: 'REGULAR'; readonly minimumChargeTarget: number; readonly readyBy: string }
      | { readonly type: 'IMMEDIATE_START'; readonly minimumChargeTarget: number },
  ): Promise<void> {
    expectOk(await world.api.call('PUT /flex/sessions/{sessionId}/target', { path: { sessionId }, body }));
  }

  async function current(name: string): Promise<Session> {
    const path = { policyId: home(name).policyId };
    return expectOk(await world.api.call('GET /flex/vehicle-policies/{policyId}/session', { path }));
  }

  async function settled(name: string): Promise<Session> {
    const query = { vehicleId: home(name).vehicleId };
    const page = expectOk(await world.api.call('GET /flex/vehicle-policies/sessions', { query }));
    const [session] = page.data;
    if (session === undefined || page.data.length !== 1) throw new Error(`expected one session of ${name}`);
    return session;
  }

  it.each([
    ['clock', settled, (session: Session) => expect(session.pluggedOutAt).toBe('2026-10-25T02:50:00Z')],
    ['negative', current, (session: Session) => expect(session.blocks.some(isBelowNothing)).toBe(true)],
    ['unmanaged', settled, (session: Session) => expect(session.policyId).toBeNull()],
    ['error', current, (session: Session) => expect(session.error.latest?.code).toBe('START_FAILED')],
    ['missed', settled, (session: Session) => expect(session.outcome.latest?.state).toBe('MISSED')],
    ['override', current, (session: Session) => expect(session.target.latest?.type).toBe('IMMEDIATE_START')],
  ])('are those of the API: %s', async (name, find, holds) => {
    const session = await find(name);
    holds(session);
    const [tariff, plan] = await Promise.all([tariffOf(session), planOf(session)]);
    const watched = await openSignedIn(world, `#/session/${session.id}`);
    const { page } = watched;
    await page.locator('.readout').waitFor();
    expectFigures(session, await figures(page));
    if (session.error.latest !== null) {
      expect(await page.locator('.session-error').textContent()).toContain(session.error.latest.message);
    }
    await page.getByText('Table', { exact: true }).click();
    expectRows(session, tariff, plan, await rows(page));
    await closePage(watched);
  });

  it('count the hour that comes twice', async () => {
    const watched = await openSignedIn(world, `#/session/${(await settled('clock')).id}`);
    const { page } = watched;
    await page.locator('.chart .tick').first().waitFor();
    const ticks = await page.locator('.chart .tick text').allTextContents();
    // 17:00 on Saturday to 04:00 on Sunday: 12 hours, where clocks show 11.
    expect(ticks.filter((text) => text === '02:00')).toHaveLength(2);
    expect(ticks).toHaveLength(13);
    await closePage(watched);
  });

  async function tariffOf({ locationId, pluggedInAt }: Session): Promise<ResolvedTariff> {
    const from = new Date(Date.parse(pluggedInAt ?? '') - 3_600_000).toISOString();
    const query = { from, to: '2026-10-26T12:00:00Z' };
    const path = { locationId: locationId ?? '' };
    return expectOk(
      await world.api.call('GET /flex/locations/{locationId}/resolved-tariff', { path, query }),
    );
  }

  async function planOf({ id, state }: Session): Promise<Plan | null> {
    if (state === 'SETTLED') return null;
    return expectOk(await world.api.call('GET /flex/sessions/{sessionId}/plan', { path: { sessionId: id } }));
  }
});

/** Charging while the price is negative. */
function isBelowNothing({ startAt, endAt }: Session['blocks'][number]): boolean {
  return startAt < '2026-10-25T02:30:00Z' && endAt > '2026-10-25T02:30:00Z';
}

function figures(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-figure]')].map((one) => [
        one.dataset.figure ?? '',
        (one.querySelector('dd')?.textContent ?? '').replaceAll('\u00a0', ' '),
      ]),
    ),
  );
}

function rows(page: Page): Promise<Row[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.card tbody tr')].flatMap((row) => {
      const cells = [...row.querySelectorAll('td')].map((cell) => cell.textContent.replaceAll('\u00a0', ' '));
      const [time = '', price = '', charging = '', rate = '', level = ''] = cells;
      return cells.length === 5 && /\d\d:\d\d–/.test(time) ? [{ time, price, charging, rate, level }] : [];
    }),
  );
}

function expectFigures(session: Session, shown: Record<string, string>): void {
  const { aggregated } = session.statistics;
  expect(shown.level).toContain(`${aggregated?.batteryTo} %from ${aggregated?.batteryFrom} %`);
  expect(numberOf(shown.energy)).toBeCloseTo(aggregated?.kwhSum ?? 0, 0);
  expect(Math.abs(numberOf(shown.energy) - (aggregated?.kwhSum ?? 0))).toBeLessThan(0.051);
  const { latest } = session.target;
  if (latest === null) expect(shown.target).toBeUndefined();
  else expect(numberOf(shown.target)).toBe(latest.minimumChargeTarget);
  if (latest?.type === 'REGULAR')
    expect(shown.target).toContain(`ready by ${clock(Date.parse(latest.readyBy))}`);
  const cost = session.valuation?.tariffCost;
  expect(cost).toBeDefined();
  expect(Math.abs(numberOf(shown.cost) - (cost?.actual ?? 0))).toBeLessThan(0.0051);
  expect(Math.abs(numberOf(shown.savings) - (cost?.savings ?? 0))).toBeLessThan(0.0051);
  const outcome = session.outcome.latest;
  if (outcome === null) expect(shown.outcome).toBeUndefined();
  else expect(shown.outcome?.toUpperCase().replace(' ', '_')).toMatch(new RegExp(`^${outcome.state}`));
}

function expectRows(
  session: Session,
  tariff: ResolvedTariff,
  plan: Plan | null,
  shown: readonly Row[],
): void {
  const hourMs = 3_600_000;
  const startMs = Math.floor(Date.parse(session.pluggedInAt ?? '') / hourMs) * hourMs;
  const endMs =
    session.pluggedOutAt === null ? null : Math.ceil(Date.parse(session.pluggedOutAt) / hourMs) * hourMs;
  if (endMs !== null) expect(shown).toHaveLength((endMs - startMs) / QUARTER_MS);
  const steps = new Map(session.statistics.timeseries.map((step) => [Date.parse(step.startAt), step]));
  let stepsSeen = 0;
  for (const [index, row] of shown.entries()) {
    const atMs = startMs + index * QUARTER_MS;
    const zone = atMs < Date.parse('2026-10-25T01:00:00Z') ? 'CEST' : 'CET';
    expect(row.time).toBe(`${clock(atMs)}–${clock(atMs + QUARTER_MS).slice(4)} ${zone}`);

    const price = priceAt(tariff, atMs) ?? planned(plan, atMs);
    if (price === null) expect(row.price).toBe('–');
    else expect(Math.abs(numberOf(row.price) - price), row.time).toBeLessThan(0.00051);

    const blocks = session.blocks.filter(
      ({ startAt, endAt }) => Date.parse(startAt) < atMs + QUARTER_MS && Date.parse(endAt) > atMs,
    );
    const names = { BATTERY_RESERVE: 'Reserve', REGULAR: 'Smart', IMMEDIATE_START: 'At once' };
    if (blocks.length === 0) expect(row.charging).toBe('–');
    else expect(blocks.some(({ type }) => row.charging.startsWith(names[type]))).toBe(true);

    const step = steps.get(atMs);
    if (step === undefined) {
      expect(row.rate, row.time).toBe('–');
      continue;
    }
    stepsSeen += 1;
    const [kw = '', kwh = ''] = row.rate.split(' · ');
    expect(Math.abs(numberOf(kwh) - step.kwh), row.time).toBeLessThan(0.051);
    const isWhole = atMs >= Date.parse(session.pluggedInAt ?? '') && stepsSeen < steps.size;
    if (isWhole) expect(Math.abs(numberOf(kw) - step.kwh * 4), row.time).toBeLessThan(0.051);
    expect(row.level).toBe(step.batteryLevel === null ? '–' : `${step.batteryLevel} %`);
  }
  expect(stepsSeen).toBe(steps.size);
}

/** `Sun 02:15` in Oslo. */
function clock(atMs: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(OSLO);
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][local.dayOfWeek - 1];
  return `${day} ${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
}

function priceAt({ values, to }: ResolvedTariff, atMs: number): number | null {
  if (atMs >= Date.parse(to)) return null;
  let rate: number | null = null;
  for (const value of values) if (Date.parse(value.at) <= atMs) rate = value.rate;
  return rate;
}

function planned(plan: Plan | null, atMs: number): number | null {
  const slot = plan?.slots.find(
    ({ startAt, endAt }) => Date.parse(startAt) <= atMs && Date.parse(endAt) > atMs,
  );
  return slot?.price ?? null;
}

/** The first figure of a text: `-€0.03/kWh`, `+€1.20`, `80 %`. */
function numberOf(text = ''): number {
  const [figure = 'none'] = /\d+(?:[.,]\d+)*/.exec(text) ?? [];
  const before = text.slice(0, text.indexOf(figure));
  return Number(figure.replaceAll(',', '')) * (/[-−]/.test(before) ? -1 : 1);
}
