import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible } from '../testing/browser.ts';
import { openPage, PHONE, type WatchedPage } from '../testing/chromium.ts';
import { startWorld, type TestWorld } from '../testing/world.ts';

describeInBrowser('signing in', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T12:00:00Z');
  });
  afterAll(() => world.stop());

  async function fillIn({ page }: WatchedPage, secret: string): Promise<void> {
    await page.getByLabel('Client id').fill(world.clientId);
    await page.getByLabel('Client secret').fill(secret);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  it('asks for id and secret, refuses a wrong one in plain words, and lets the right one in', async () => {
    const watched = await openPage(`${world.url}/#/cars?q=anna`);
    watched.expectFault(/401/);
    const { page } = watched;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: /demonstration/ }).count()).toBe(0);
    await expectAccessible(page);

    await fillIn(watched, 'tws_wrong');
    const alert = page.getByRole('alert').filter({ hasText: 'do not belong together' });
    await alert.waitFor();
    await expectAccessible(page);

    await fillIn(watched, world.clientSecret);
    await page.getByRole('heading', { name: 'Cars', exact: true }).waitFor();
    // Where the link pointed to is where the sign-in leads.
    expect(new URL(page.url()).hash).toBe('#/cars?q=anna');
    expect(await page.evaluate(() => document.cookie)).toBe('');

    await page.reload();
    await page.getByRole('heading', { name: 'Cars', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await closePage(watched);
  });

  it('says so when the sign-in has expired, and goes on where it was', async () => {
    const watched = await openPage(world.url, { viewport: PHONE });
    watched.expectFault(/401/);
    const { page } = watched;
    await fillIn(watched, world.clientSecret);
    await page.getByRole('heading', { name: 'Cars', exact: true }).waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'More' }).click();
    await expectAccessible(page);
    // The clock is asked every few seconds, and meets the 401.
    await page.context().clearCookies();
    await page.getByText('Your sign-in has expired.').waitFor();
    await closePage(watched);
  });

  it('tells when the service is away, and when it is back', async () => {
    const watched = await openPage(world.url);
    watched.expectFault(
      /401|503|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/,
    );
    const { page } = watched;
    await fillIn(watched, world.clientSecret);
    await page.getByRole('heading', { name: 'Cars', exact: true }).waitFor();

    await world.restart(() => page.getByText('The service does not answer.').waitFor());
    await page.getByText('The service is back.').waitFor({ timeout: 20_000 });
    expect(await page.getByText('The service does not answer.').count()).toBe(0);
    await closePage(watched);
  });
});
