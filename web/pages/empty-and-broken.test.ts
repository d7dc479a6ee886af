import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible, PHONE } from '../testing/browser.ts';
import { makeHome } from '../testing/home.ts';
import { openSignedIn } from '../testing/signed-in.ts';
import { startWorld, type TestWorld } from '../testing/world.ts';

describeInBrowser('pages with nothing to show', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T12:00:00Z');
  });
  afterAll(() => world.stop());

  it.each([
    ['History', 'No session has settled yet', 'To the cars'],
    ['Policies', 'No policy yet', 'New policy'],
    ['Webhooks', 'No webhook yet', 'Add webhook'],
  ])('%s says so, and what to do next', async (name, title, next) => {
    const watched = await openSignedIn(world, '#/cars', { viewport: PHONE });
    const { page } = watched;
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name: title }).waitFor();
    await page.locator('main').getByText(next, { exact: true }).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('a new policy needs a car first', async () => {
    const watched = await openSignedIn(world, '#/new-policy');
    await watched.page.getByRole('heading', { name: 'No car yet' }).waitFor();
    await expectAccessible(watched.page);
    await closePage(watched);
  });

  it('what is no longer there says so', async () => {
    const watched = await openSignedIn(world, '#/policy/01a20c38-2d08-7061-b3ad-af2433c6623b');
    watched.expectFault(/404/);
    await watched.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await closePage(watched);
  });

  it('a form keeps what was typed while the service is away, and saves it when it is back', async () => {
    const home = await makeHome(world, 'anna', "Anna's EX30");
    const watched = await openSignedIn(world, `#/policy/${home.policyId}`);
    watched.expectFault(/404|503|ERR_/);
    const { page } = watched;
    const reserve = page.getByLabel('Battery reserve');
    await reserve.fill('33');
    await world.restart(async () => {
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('alert').getByText('The service does not answer.').waitFor();
    });
    await page.getByText('The service does not answer. What you see').waitFor({ state: 'detached' });
    expect(await reserve.inputValue()).toBe('33');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The policy was changed.').waitFor();
    await closePage(watched);
  });

  it('who is signed out meanwhile signs in again, and is where they were', async () => {
    const watched = await openSignedIn(world, '#/webhooks');
    watched.expectFault(/401/);
    const { page } = watched;
    await page.getByRole('button', { name: 'Add webhook' }).first().waitFor();
    // The list asks again every few seconds, and meets the 401.
    await page.context().clearCookies();
    await page.getByText('Your sign-in has expired.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/webhooks');
    await closePage(watched);
  });
});
