import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible } from '../../testing/browser.ts';
import { PHONE } from '../../testing/chromium.ts';
import { makeHome, moveClock, plug, pushPrices, type TestHome } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { expectOk, startWorld, type TestWorld } from '../../testing/world.ts';

/** Cheap at 02:00 and 03:00 local, negative at 04:00. */
const NIGHT = [0.3, 0.28, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.05, 0.04, -0.02, 0.1, 0.2, 0.3, 0.3, 0.3];

describeInBrowser('the page of a session', () => {
  let world: TestWorld;
  let home: TestHome;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T16:00:00Z');
    await pushPrices(world, '2026-01-05T17:00:00Z', NIGHT);
    home = await makeHome(world, 'anna', "Anna's EX30");
    await plug(world, home, true);
    await moveClock(world, '2026-01-05T18:00:00Z');
  });
  afterAll(() => world.stop());

  async function session() {
    const path = { policyId: home.policyId };
    return expectOk(await world.api.call('GET /flex/vehicle-policies/{policyId}/session', { path }));
  }

  async function readout(page: Page): Promise<Record<string, string>> {
    return page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll<HTMLElement>('.readout [data-value]')].map((one) => [
          one.dataset.value ?? '',
          (one.querySelector('dd')?.textContent ?? '').replaceAll('\u00a0', ' '),
        ]),
      ),
    );
  }

  it('says what goes on and why, and is read by keys', async () => {
    const { id } = await session();
    const watched = await openSignedIn(world, `#/session/${id}`);
    const { page } = watched;
    await page.getByRole('heading', { name: /Anna's EX30/ }).waitFor();
    await page
      .getByText(/waiting for the cheapest hours before Tue,? 07:00/)
      .first()
      .waitFor();
    const cursor = page.getByRole('slider', { name: 'Read the chart at a time' });
    await cursor.focus();
    await page.keyboard.press('Home');
    expect(await readout(page)).toMatchObject({ time: 'Mon 17:00–17:15 CET', price: '–', level: '50 %' });
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    expect(await readout(page)).toMatchObject({ time: 'Mon 18:15–18:30 CET', price: '€0.30/kWh' });
    await page.keyboard.press('End');
    expect(await readout(page)).toMatchObject({ time: 'Tue 06:45–07:00 CET', level: '80 % expected' });
    // 05:00 is the quarter after four hours and three quarters back from 06:45, when the price is below nothing.
    for (let hour = 0; hour < 2; hour += 1) await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowLeft');
    expect(await readout(page)).toMatchObject({ price: '-€0.02/kWh', charging: 'Smart, planned' });
    expect(await cursor.getAttribute('aria-valuetext')).toContain('Charging Smart, planned');
    await expectAccessible(page);

    await page.getByText('Table', { exact: true }).click();
    await page.getByRole('cell', { name: 'Tue 04:30–04:45 CET' }).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('charges now when it is told to, and goes back to the plan', async () => {
    const { id } = await session();
    const watched = await openSignedIn(world, `#/session/${id}`, { viewport: PHONE });
    const { page } = watched;
    await page.getByRole('button', { name: 'Charge now' }).click();
    const dialog = page.getByRole('dialog', { name: 'Charge now' });
    await dialog.waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Charge to').fill('65');
    await dialog.getByRole('button', { name: 'Start charging' }).click();
    await page.getByText('Charging at once', { exact: true }).waitFor();
    expect((await session()).target.latest).toMatchObject({
      type: 'IMMEDIATE_START',
      minimumChargeTarget: 65,
    });
    await page.getByText('The target of this session was changed.').first().waitFor();

    await page.getByRole('button', { name: 'Back to plan' }).click();
    await page.getByText('Smart charging', { exact: true }).waitFor();
    expect((await session()).target.latest).toMatchObject({ type: 'REGULAR', source: 'POLICY' });
    await closePage(watched);
  });

  it('takes another level and time in the local time of the location', async () => {
    const { id } = await session();
    const watched = await openSignedIn(world, `#/session/${id}`, { timezoneId: 'America/New_York' });
    const { page } = watched;
    await page.getByRole('button', { name: 'Change target' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change target' });
    const readyBy = dialog.getByLabel('Ready by');
    expect(await readyBy.inputValue()).toBe('2026-01-06T07:00');
    await readyBy.fill('2026-01-06T06:30');
    await dialog.getByLabel('Charge to').fill('90');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.locator('[data-figure=target]', { hasText: '90 %' }).waitFor();
    expect((await session()).target.latest).toMatchObject({
      source: 'OVERRIDE',
      minimumChargeTarget: 90,
      readyBy: '2026-01-06T05:30:00Z',
    });
    await closePage(watched);
  });

  it('shows what happens as it happens', async () => {
    const { id } = await session();
    const watched = await openSignedIn(world, `#/session/${id}`);
    const { page } = watched;
    await page.locator('[data-figure=energy]', { hasText: '0.0 kWh' }).waitFor();
    await moveClock(world, '2026-01-06T04:00:00Z');
    const { kwhSum } = (await session()).statistics.aggregated ?? { kwhSum: 0 };
    expect(kwhSum).toBeGreaterThan(5);
    const difference = async () =>
      Math.abs(
        Number.parseFloat((await page.locator('[data-figure=energy] strong').textContent()) ?? '') - kwhSum,
      );
    // It is shown to a tenth.
    await expect.poll(difference, { timeout: 10_000 }).toBeLessThan(0.051);
    await closePage(watched);
  });

  it('shows why a change was refused', async () => {
    const { id } = await session();
    const watched = await openSignedIn(world, `#/session/${id}`);
    watched.expectFault(/409/);
    const { page } = watched;
    await page.getByRole('button', { name: 'Change target' }).click();
    // Meanwhile the car leaves.
    await plug(world, home, false);
    await moveClock(world, '2026-01-06T04:30:00Z');
    await page.getByText('Settled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /settled/i })
      .waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });
});
