import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible } from '../../testing/browser.ts';
import { PHONE } from '../../testing/chromium.ts';
import { makeHome, moveClock, plug, pushPrices, type TestHome } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { startWorld, type TestWorld } from '../../testing/world.ts';

describeInBrowser('the page of all cars', () => {
  let world: TestWorld;
  let anna: TestHome;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T16:00:00Z');
  });
  afterAll(() => world.stop());

  it('says what to do when there are none', async () => {
    const watched = await openSignedIn(world, '');
    const { page } = watched;
    await page.getByRole('heading', { name: 'No cars yet' }).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('shows each with its level, target and reason, and what happens as it happens', async () => {
    await pushPrices(
      world,
      '2026-01-05T16:00:00Z',
      [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
    );
    anna = await makeHome(world, 'anna', "Anna's EX30");
    await makeHome(world, 'erik', 'Farm truck');
    const watched = await openSignedIn(world, '#/cars');
    const { page } = watched;
    const row = page.getByRole('listitem').filter({ hasText: "Anna's EX30" });
    await row.getByText('Not plugged in', { exact: true }).waitFor();
    expect(await page.locator('.car').count()).toBe(2);
    expect(await row.textContent()).toContain('80\u00a0% by Tue 07:00');
    await expectAccessible(page);

    // Nothing on the page is touched: it follows the stream.
    await plug(world, anna, true);
    await row.getByText('Waiting', { exact: true }).waitFor();
    await row.getByText(/waiting for the cheapest hours/).waitFor();
    await row.getByRole('img', { name: 'Level 50\u00a0%, Target 80\u00a0%, Reserve 20\u00a0%' }).waitFor();
    await moveClock(world, '2026-01-06T03:00:00Z');
    await row.getByText(/^Charging, 1\d\.\d\skW$/).waitFor();
    await row.getByText(/^\+€\d\.\d\d$/).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('searches and filters, keeps both in the address, and finds its way back', async () => {
    const watched = await openSignedIn(world, '#/cars', { viewport: PHONE });
    const { page } = watched;
    await page.getByRole('link', { name: 'Farm truck' }).waitFor();
    await page.getByRole('searchbox', { name: /Search/ }).fill('ex30');
    await page.getByRole('link', { name: 'Farm truck' }).waitFor();
    await page.getByRole('searchbox', { name: /Search/ }).fill('farm');
    await page.getByRole('link', { name: "Anna's EX30" }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('#/cars?q=farm');
    await page.getByRole('button', { name: /^Plugged in/ }).click();
    await page.getByRole('heading', { name: 'No car matches' }).waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'Show all cars' }).click();
    await page.getByRole('link', { name: "Anna's EX30" }).waitFor();

    await page.getByRole('link', { name: 'Farm truck' }).focus();
    await page.keyboard.press('End');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Anna's EX30");
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Anna's EX30/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Cars' }).waitFor();
    await closePage(watched);
  });
});
