import type { BrowserContextOptions } from 'playwright-core';
import { openPage, type WatchedPage } from './chromium.ts';
import type { TestWorld } from './world.ts';

/** Opens a place of the dashboard, such as `#/cars`, signed in with the client of the world. */
export async function openSignedIn(
  world: TestWorld,
  hash: string,
  options?: BrowserContextOptions,
): Promise<WatchedPage> {
  const watched = await openPage(`${world.url}/${hash}`, options);
  const { page } = watched;
  await page.getByLabel('Client id').fill(world.clientId);
  await page.getByLabel('Client secret').fill(world.clientSecret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  return watched;
}
