import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible, PHONE } from '../../testing/browser.ts';
import { moveClock, pushPrices } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { expectOk, startWorld, type TestWorld } from '../../testing/world.ts';

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.parse('2025-11-30T17:00:00Z');
const VISITS = 60;

describeInBrowser('the page of the history', () => {
  let world: TestWorld;
  let locationId: string;
  let vehicleId: string;
  beforeAll(async () => {
    world = await startWorld('2025-11-28T12:00:00Z');
    await pushPrices(world, '2025-11-30T00:00:00Z', Array(70 * 12).fill(0.25));
    await makeVisits();
  });
  afterAll(() => world.stop());

  /** Sixty evenings of one car: five of six at home, each sixth away; 3 kWh each. */
  async function makeVisits(): Promise<void> {
    const { api } = world;
    const path = { userId: 'anna' };
    const place = { latitude: 59.91, longitude: 10.75, timezoneName: 'Europe/Oslo', zone: 'NO1' };
    const home = expectOk(
      await api.call('POST /users/{userId}/locations', { path, body: { name: 'Harbour', ...place } }),
    );
    const information = { displayName: 'Blue van' };
    const car = expectOk(await api.call('POST /users/{userId}/vehicles', { path, body: { information } }));
    const body = { vehicleId: car.id, locationId: home.id };
    expectOk(await api.call('POST /flex/vehicle-policies', { body }));
    [locationId, vehicleId] = [home.id, car.id];
    await moveClock(world, '2026-01-05T12:00:00Z');
    const observations = Array.from({ length: VISITS }, (_, visit) => visit).flatMap((visit) => {
      const startMs = FIRST_MS + visit * 12 * HOUR_MS;
      const at = (hours: number) => new Date(startMs + hours * HOUR_MS).toISOString();
      const where =
        visit % 6 === 5 ? { latitude: 48.1, longitude: 11.5 } : { latitude: 59.91, longitude: 10.75 };
      const reading = (hours: number, isPluggedIn: boolean, isCharging: boolean, kwh: number) => ({
        vehicleId: car.id,
        observedAt: at(hours),
        isPluggedIn,
        powerDeliveryState: isCharging ? ('PLUGGED_IN:CHARGING' as const) : null,
        batteryLevel: 70,
        energyMeter: 100 + visit * 3 + kwh,
        ...where,
      });
      return [
        reading(0, true, true, 0),
        reading(1, true, true, 3),
        reading(2, true, false, 3),
        reading(3, false, false, 3),
      ];
    });
    const told = expectOk(await api.call('POST /telemetry', { body: { observations } }));
    expect(told).toMatchObject({ accepted: VISITS * 4, rejected: [] });
    await moveClock(world, '2026-01-05T13:00:00Z');
  }

  async function listed(query = {}): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const answer of world.api.pages('GET /flex/vehicle-policies/sessions', { query })) {
      ids.push(...expectOk(answer).data.map(({ id }) => id));
    }
    return ids;
  }

  async function shown(page: Page): Promise<readonly string[]> {
    const rows = page.getByRole('table', { name: 'History' }).locator('.row-link');
    await rows.first().waitFor();
    const hrefs = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    return hrefs.map((href) => (href ?? '').replace('#/session/', ''));
  }

  it('pages both ways through what the API lists, and a row opens its session', async () => {
    const all = await listed();
    expect(all).toHaveLength(VISITS);
    const watched = await openSignedIn(world, '#/history');
    const { page } = watched;
    expect(await shown(page)).toEqual(all.slice(0, 50));
    expect(await page.getByRole('button', { name: 'Newer' }).isDisabled()).toBe(true);
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('button', { name: 'Newer', disabled: false }).waitFor();
    expect(await shown(page)).toEqual(all.slice(50));
    expect(new URL(page.url()).hash).toMatch(/^#\/history\?after=/);
    expect(await page.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
    await page.reload();
    expect(await shown(page)).toEqual(all.slice(50));
    await page.getByRole('button', { name: 'Newer' }).click();
    await page.getByRole('button', { name: 'Older', disabled: false }).waitFor();
    expect(await shown(page)).toEqual(all.slice(0, 50));
    await page.goBack();
    await page.getByRole('button', { name: 'Newer', disabled: false }).waitFor();
    expect(await shown(page)).toEqual(all.slice(50));

    await page.locator('.row-link').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`#/session/${all[51]}$`));
    await closePage(watched);
  });

  it('filters by kind, days and names, by keys alone, and downloads just that', async () => {
    const watched = await openSignedIn(world, '#/history');
    const { page } = watched;
    await shown(page);
    await page.getByText('Unmanaged', { exact: true }).first().click();
    await page.waitForURL(/kind=unmanaged/);
    await page.getByText('Away from every known location').first().waitFor();
    const unmanaged = await listed({ kind: 'unmanaged' });
    expect(unmanaged).toHaveLength(VISITS / 6);
    await expect.poll(() => shown(page)).toEqual(unmanaged);
    await page.getByText('All', { exact: true }).click();

    await page.getByRole('combobox', { name: 'Find a car' }).focus();
    await page.keyboard.type('harb');
    await page.getByRole('option', { name: 'Location Harbour', exact: true }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByText('Location: Harbour').waitFor();
    await page.getByLabel('From', { exact: true }).fill('2025-12-10');
    await page.getByLabel('To', { exact: true }).fill('2025-12-12');
    await page.waitForURL(/to=2025-12-12/);
    // Days of Oslo, in winter an hour before those of UTC.
    const query = { locationId, from: '2025-12-09T23:00:00Z', to: '2025-12-12T23:00:00Z' };
    const wanted = await listed(query);
    expect(wanted.length).toBeGreaterThan(2);
    await expect.poll(() => shown(page)).toEqual(wanted);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    const file = await (await downloading).path();
    const [header = '', ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(header.split(',').slice(0, 2)).toEqual(['id', 'kind']);
    expect(lines.map((line) => line.split(',')[0])).toEqual(wanted);

    await page.getByRole('button', { name: 'Remove the filter Location: Harbour' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.url()).toMatch(/#\/history$/);
    await closePage(watched);
  });

  it('adds up months as the API does, on a phone too', async () => {
    const path = { timezoneName: 'Europe/Oslo' };
    const totals = expectOk(
      await world.api.call('GET /flex/vehicle-policies/sessions/totals', { query: { ...path, locationId } }),
    ).data;
    // Readings of long ago came late: what charged then is without a price, and the page says so.
    const december = totals.filter(({ month }) => month === '2025-12');
    const valued = december.find(({ currency }) => currency === 'EUR');
    expect(december).toHaveLength(2);
    const watched = await openSignedIn(world, `#/history?locationId=${locationId}`, { viewport: PHONE });
    const { page } = watched;
    await page.getByRole('img', { name: 'Saved by month' }).waitFor();
    await page.getByText('Cost', { exact: true }).first().click();
    await page.getByRole('img', { name: 'Cost by month' }).waitFor();
    await page.getByText('Show as a table').click();
    const row = page.getByRole('row', { name: /December 2025/ });
    const cells = (await row.getByRole('cell').allTextContents()).map(plain);
    expect(cells.slice(0, 3)).toEqual([
      'December 2025',
      `${december.reduce((sum, { kwhSum }) => sum + kwhSum, 0).toFixed(1)} kWh`,
      `€${valued?.cost?.toFixed(2)}`,
    ]);
    const all = totals.reduce((sum, { sessions }) => sum + sessions, 0);
    expect(await page.locator('[data-value="sessions"]').textContent()).toBe(String(all));
    const unvalued = totals.filter(({ currency }) => currency === null);
    const many = unvalued.reduce((sum, { sessions }) => sum + sessions, 0);
    await page.getByText(`${many} sessions had no price`).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('says what to do where nothing is found', async () => {
    const watched = await openSignedIn(world, `#/history?vehicleId=${vehicleId}&to=2025-01-01`);
    const { page } = watched;
    await page.getByRole('heading', { name: 'No session matches' }).waitFor();
    await page.getByText('Car: Blue van').waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });
});

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
