import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { closePage, describeInBrowser, expectAccessible, PHONE } from '../../testing/browser.ts';
import { makeHome, pushPrices, type TestHome } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { expectOk, startWorld, type TestWorld } from '../../testing/world.ts';

/** From 17:00 in Oslo to midnight, and into the day after until 05:00; below zero at 02:00. */
const EVENING = [0.3, 0.32, 0.3, 0.25, 0.2, 0.2, 0.18, 0.1, 0.05, -0.03, 0.04, 0.12];

describeInBrowser('the pages of policies', () => {
  let world: TestWorld;
  let home: TestHome;
  let users = 0;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T16:00:00Z');
    await pushPrices(world, '2026-01-05T16:00:00Z', EVENING);
  });
  beforeEach(async () => {
    users += 1;
    home = await makeHome(world, `anna${users}`, `Anna's EX30 ${users}`);
  });
  afterAll(() => world.stop());

  async function policy() {
    const path = { policyId: home.policyId };
    return expectOk(await world.api.call('GET /flex/vehicle-policies/{policyId}', { path }));
  }

  async function openPolicy(options?: Parameters<typeof openSignedIn>[2]) {
    const watched = await openSignedIn(world, `#/policy/${home.policyId}`, options);
    await watched.page.getByRole('heading', { name: `Anna's EX30 ${users}` }).waitFor();
    return watched;
  }

  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

  it('finds a policy among others, and opens it', async () => {
    const watched = await openSignedIn(world, '#/policies');
    const { page } = watched;
    await page.getByRole('link', { name: `Anna's EX30 ${users}` }).waitFor();
    await expectAccessible(page);
    await page.getByRole('searchbox', { name: 'Search cars, places and users' }).fill('nobody');
    await page.getByRole('heading', { name: 'Nothing matches “nobody”' }).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.getByRole('link', { name: `Anna's EX30 ${users}` }).waitFor();
    // Nothing found before is not nothing there: the field was not taken away meanwhile.
    expect(await page.getByRole('searchbox').evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
    await page.getByRole('searchbox').fill(`anna${users}`);
    await page.getByRole('link', { name: `Anna's EX30 ${users}` }).click();
    await page.getByRole('heading', { name: 'Week' }).waitFor();
    await closePage(watched);
  });

  it('changes the week, the hours without smart charging and the figures, in the API too', async () => {
    const watched = await openPolicy();
    const { page } = watched;
    await page.getByLabel('Monday, ready by').fill('06:30');
    await page.getByLabel('Monday, target in percent').fill('90');
    await page.getByRole('button', { name: 'Copy Monday to all days' }).click();
    await page.getByRole('button', { name: 'Remove the deadline on Sunday' }).click();
    await page.getByRole('button', { name: 'Add hours' }).click();
    const hours = page.getByRole('group', { name: 'Hours 1' });
    await hours.getByLabel('From').fill('22:30');
    await hours.getByLabel('To').fill('01:00');
    await hours.getByText('On the day after').waitFor();
    await hours.getByText('Fri', { exact: true }).click();
    await page.getByLabel('Battery reserve').fill('25');
    await page.getByLabel('Charge on below').fill('0.05');
    await page.getByLabel('Shortest run').fill('30');
    await page.getByText('Early', { exact: true }).click();
    await expectAccessible(page);
    await save(page);
    await page.getByText('The policy was changed.').waitFor();
    const day = { deadline: '06:30', minimumChargeTarget: 90 };
    expect(await policy()).toMatchObject({
      schedule: { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day, saturday: day },
      batteryReserve: 25,
      restrictionSchedule: [
        { type: 'GRID_TARIFF', startTime: '22:30', endTime: '01:00', weekdays: [0, 1, 2, 3] },
      ],
      opportunisticPrice: 0.05,
      minRunMinutes: 30,
      prefer: 'early',
    });
    expect(Object.keys((await policy()).schedule)).not.toContain('sunday');
    expect(await page.getByText('Not saved yet').count()).toBe(0);
    await closePage(watched);
  });

  it('shows a refusal at its field, by keys alone', async () => {
    const watched = await openPolicy({ viewport: PHONE });
    watched.expectFault(/400/);
    const { page } = watched;
    const target = page.getByLabel('Tuesday, target in percent');
    await target.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('10');
    await page.keyboard.press('Enter');
    await page.getByText('expected at least the battery reserve, 20, got 10').waitFor();
    expect(await target.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Monday, target in percent').getAttribute('aria-invalid')).toBeNull();
    await expectAccessible(page);
    await target.fill('');
    await save(page);
    await page.getByText('Give a number.').waitFor();
    await target.fill('75');
    await target.press('Enter');
    await page.getByText('The policy was changed.').waitFor();
    expect((await policy()).schedule.tuesday?.minimumChargeTarget).toBe(75);
    await closePage(watched);
  });

  it('tells when somebody else changed it meanwhile, and overwrites nothing', async () => {
    const watched = await openPolicy();
    watched.expectFault(/412/);
    const { page } = watched;
    await page.getByLabel('Battery reserve').fill('35');
    const path = { policyId: home.policyId };
    const theirs = { prefer: 'early', schedule: { sunday: null } } as const;
    expectOk(await world.api.call('PATCH /flex/vehicle-policies/{policyId}', { path, body: theirs }));
    await save(page);
    await page.getByText('Somebody else changed this meanwhile.').waitFor();
    await page.getByText('They changed: Sunday, Of equally cheap plans.').waitFor();
    expect(await policy()).toMatchObject({ batteryReserve: 20, prefer: 'early' });
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Put my changes on top' }).click();
    expect(await page.getByLabel('Battery reserve').inputValue()).toBe('35');
    await save(page);
    await page.getByText('The policy was changed.').waitFor();
    const both = await policy();
    expect(both).toMatchObject({ batteryReserve: 35, prefer: 'early' });
    expect(both.schedule.sunday).toBeUndefined();
    await closePage(watched);
  });

  it('shows the prices of today and tomorrow as steps and as a table', async () => {
    const watched = await openPolicy();
    const { page } = watched;
    await page.getByRole('img', { name: /Prices of today and tomorrow as steps/ }).waitFor();
    await page.getByText('Below zero: charging is paid for').waitFor();
    await page.getByText('Show as a table').click();
    const row = page.getByRole('row', { name: /Tue,? 6 Jan,? 02:00/ });
    expect((await row.getByRole('cell').allTextContents()).map(plain)).toEqual([
      expect.stringMatching(/Tue,? 6 Jan, 02:00/),
      '03:00',
      '-€0.03/kWh',
      'Known',
    ]);
    await closePage(watched);
  });

  it('changes the location by its coordinates', async () => {
    const watched = await openPolicy();
    watched.expectFault(/400|404/);
    const { page } = watched;
    await page.getByRole('button', { name: 'Edit location' }).click();
    await page.getByLabel('Latitude').fill('95');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByRole('dialog').locator('.error').getByText(/90/).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Latitude').fill('60.39');
    await page.getByLabel('Longitude').fill('5.32');
    await page.getByLabel('Power of the charger').fill('7.4');
    await page.getByLabel('Price zone').fill('NO5');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('The location was changed.').waitFor();
    await page.getByText('60.3900° N').waitFor();
    const path = { locationId: home.locationId };
    expect(expectOk(await world.api.call('GET /locations/{locationId}', { path }))).toMatchObject({
      latitude: 60.39,
      longitude: 5.32,
      chargerPower: 7.4,
      zone: 'NO5',
    });
    await page.getByText(/No price is known for NO5/).waitFor();
    await closePage(watched);
  });

  it('puts a change of the location on top of what somebody else changed meanwhile', async () => {
    const watched = await openPolicy();
    // Without its zone the location has no tariff: the page asks for prices in vain where it hears of the change in time.
    watched.expectFault(/412|404/);
    const { page } = watched;
    await page.getByRole('button', { name: 'Edit location' }).click();
    await page.getByLabel('Power of the charger').fill('7.4');
    const path = { locationId: home.locationId };
    const { latitude, longitude } = expectOk(await world.api.call('GET /locations/{locationId}', { path }));
    const body = { name: 'The cabin', latitude, longitude, timezoneName: 'Europe/Oslo' };
    expectOk(await world.api.call('PUT /locations/{locationId}', { path, body }));
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('Somebody else changed this meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Put my changes on top' }).click();
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('The location was changed.').waitFor();
    expect(expectOk(await world.api.call('GET /locations/{locationId}', { path }))).toMatchObject({
      name: 'The cabin',
      chargerPower: 7.4,
    });
    await closePage(watched);
  });

  it('refuses a price that is half typed, which is not “never”', async () => {
    const watched = await openPolicy();
    const { page } = watched;
    await page.getByLabel('Charge on below').pressSequentially('1e');
    await save(page);
    await page.getByText('Give a number.').waitFor();
    await page.getByLabel('Charge on below').pressSequentially('-1');
    await save(page);
    await page.getByText('The policy was changed.').waitFor();
    expect((await policy()).opportunisticPrice).toBe(0.1);
    await closePage(watched);
  });

  it('deletes a policy, and creates one again', async () => {
    const watched = await openPolicy();
    const { page } = watched;
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete policy' }).click();
    await page.getByText('The policy was deleted.').waitFor();
    await page.getByRole('link', { name: 'New policy' }).click();
    await page.getByLabel('User').fill(`anna${users}`);
    await page.getByLabel('Car').selectOption({ label: `Anna's EX30 ${users} · anna${users}` });
    await page.getByLabel('Location').selectOption({ label: `anna${users}'s house` });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create policy' }).click();
    await page.getByRole('heading', { name: 'Week' }).waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });
});

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
