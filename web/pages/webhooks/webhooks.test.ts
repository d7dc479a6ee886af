import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../src/app/testing/receiver.ts';
import { closePage, describeInBrowser, expectAccessible } from '../../testing/browser.ts';
import { PHONE } from '../../testing/chromium.ts';
import { makeHome, moveClock, plug, pushPrices } from '../../testing/home.ts';
import { openSignedIn } from '../../testing/signed-in.ts';
import { expectOk, startWorld, type TestWorld } from '../../testing/world.ts';

describeInBrowser('the pages of webhooks', () => {
  let world: TestWorld;
  let receiver: Receiver;
  beforeAll(async () => {
    world = await startWorld('2026-01-05T16:00:00Z');
    receiver = await startReceiver();
  });
  afterEach(async () => {
    receiver.received.length = 0;
    for (const { id: webhookId } of await webhooks()) {
      await world.api.call('DELETE /webhooks/{webhookId}', { path: { webhookId } });
    }
  });
  afterAll(async () => {
    await world.stop();
    await receiver.close();
  });

  async function webhooks() {
    return expectOk(await world.api.call('GET /webhooks')).data;
  }

  async function addWebhook(): Promise<string> {
    const body = { url: receiver.url, secret: 'a-secret-of-16-c', events: ['flex:session:updated'] as const };
    return expectOk(await world.api.call('POST /webhooks', { body })).id;
  }

  it('adds one by keys alone, shows its secret once, and tells a refusal at its field', async () => {
    const watched = await openSignedIn(world, '#/webhooks');
    watched.expectFault(/400/);
    const { page } = watched;
    await page.getByRole('heading', { name: 'No webhook yet' }).waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Add webhook' }).focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Add webhook' });
    await form.waitFor();
    await page.getByLabel('URL').focus();
    await page.keyboard.type('ftp://example.com');
    await page.keyboard.press('Enter');
    await form.getByText('Nothing was saved.').waitFor();
    const refused = page.getByLabel('URL');
    expect(await refused.getAttribute('aria-invalid')).toBe('true');
    const errorId = (await refused.getAttribute('aria-describedby'))?.split(' ').at(-1) ?? '';
    expect(await page.locator(`[id="${errorId}"]`).textContent()).toMatch(/https/);
    await expectAccessible(page);

    await refused.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(receiver.url);
    await page.keyboard.press('Enter');
    const once = page.getByRole('dialog', { name: 'Webhook added' });
    await once.waitFor();
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await expectAccessible(page);
    await once.getByRole('button', { name: 'I have copied it' }).focus();
    await page.keyboard.press('Enter');

    await page.getByRole('button', { name: 'Send test' }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await webhooks()).toMatchObject([{ url: receiver.url, events: ['*'], format: 'single' }]);
    await closePage(watched);
  });

  it('sends a test, and shows what came of it, in the log too', async () => {
    const id = await addWebhook();
    const watched = await openSignedIn(world, `#/webhook/${id}`, { viewport: PHONE });
    const { page } = watched;
    await page.getByText('Nothing was sent yet', { exact: true }).waitFor();

    receiver.answer = () => ({ status: 200, body: 'thanks a lot' });
    await page.getByRole('button', { name: 'Send test' }).click();
    const result = page.getByRole('status').filter({ hasText: 'The receiver accepted the test event.' });
    await result.getByText('thanks a lot').waitFor();
    expect(receiver.received.map(({ events }) => events[0].event)).toEqual(['webhook:test']);

    receiver.answer = () => ({ status: 418, body: 'I am a teapot' });
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByText('The test event was not accepted.').waitFor();
    await page.getByRole('status').getByText('I am a teapot').waitFor();

    await page.getByText('Failed 1', { exact: true }).click();
    await page.getByRole('radio', { name: 'Failed 1', checked: true }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/webhook/${id}?show=failed`);
    const tries = page.locator('.deliveries summary');
    expect(await tries.count()).toBe(1);
    await tries.first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.delivery').getByText('I am a teapot').waitFor();
    await expectAccessible(page);
    await closePage(watched);
  });

  it('shows what waits as it grows, says since when it fails, and replays', async () => {
    receiver.answer = () => ({ status: 503, body: 'closed for the night' });
    const id = await addWebhook();
    const watched = await openSignedIn(world, `#/webhook/${id}`);
    const { page } = watched;
    const pending = page.locator('[data-value="pending"]');
    await page.getByText('0 events').waitFor();

    await pushPrices(world, '2026-01-05T16:00:00Z', [0.3, 0.2, 0.1, 0.3]);
    // A policy makes a session, which is an event.
    const home = await makeHome(world, 'anna', "Anna's EX30");
    await moveClock(world, '2026-01-05T16:01:00Z');
    await pending.getByText('1 event').waitFor();
    await page.getByText(/Failing since .*, \d (try|tries)/).waitFor();
    await page.getByText('503').first().waitFor();
    await expectAccessible(page);

    receiver.answer = () => ({ status: 204 });
    await plug(world, home, true);
    await moveClock(world, '2026-01-05T16:10:00Z');
    await pending.getByText('0 events').waitFor();
    await page.getByText('Delivering').waitFor();
    expect(await page.getByText(/Failing since/).count()).toBe(0);

    const first = receiver.received.map(({ headers }) => headers['webhook-id']);
    receiver.received.length = 0;
    await page.getByRole('button', { name: 'Replay…' }).click();
    await page.getByRole('button', { name: 'Last 24 hours' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    const told = await page.getByText(/\d+ events on the way once more/).textContent();
    await moveClock(world, '2026-01-05T16:11:00Z');
    const again = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(again).toHaveLength(Number.parseInt(told ?? '', 10));
    expect(again.filter((webhookId) => first.includes(webhookId))).toEqual([]);
    await closePage(watched);
  });

  it('shows an answer that takes longer than the time between two of its asking', async () => {
    const id = await addWebhook();
    const watched = await openSignedIn(world, '#/webhooks');
    const { page } = watched;
    await page.route(/\/webhooks\//, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await route.continue().catch(() => undefined);
    });
    await page.getByRole('link', { name: receiver.url }).click();
    await page.waitForURL(new RegExp(id));
    await page.getByRole('button', { name: 'Send test' }).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await closePage(watched);
  });

  it('is changed, gets a new secret, and is deleted', async () => {
    await addWebhook();
    const watched = await openSignedIn(world, '#/webhooks');
    const { page } = watched;
    await page.getByRole('link', { name: receiver.url }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByText('All events', { exact: true }).click();
    await page.getByText('Batches', { exact: true }).click();
    await page.getByLabel('Authentication header').fill('X-Key');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Give its value too, or leave both empty.').waitFor();
    await page.getByLabel('Its value').fill('hush-hush');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The webhook was changed.').waitFor();
    expect(await webhooks()).toMatchObject([
      { events: ['*'], format: 'batch', authentication: { headerName: 'x-key' }, oldSecretValidUntil: null },
    ]);

    // What is not touched stays, the value of the header too.
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByText('One event a request', { exact: true }).click();
    const [{ id: webhookId } = { id: '' }] = await webhooks();
    const body = { events: ['webhook:test'] as const };
    expectOk(await world.api.call('PATCH /webhooks/{webhookId}', { path: { webhookId }, body }));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await webhooks()).toMatchObject([{ events: ['webhook:test'], format: 'single' }]);
    receiver.answer = ({ headers }) => ({ status: headers['x-key'] === 'hush-hush' ? 200 : 403 });
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByRole('status').getByText('The receiver accepted the test event.').waitFor();

    await page.getByRole('button', { name: 'New secret' }).click();
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    expect(await page.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(/Old and new secret both sign until/).waitFor();

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete webhook' }).click();
    await page.getByRole('heading', { name: 'No webhook yet' }).waitFor();
    expect(await webhooks()).toEqual([]);
    await closePage(watched);
  });
});
