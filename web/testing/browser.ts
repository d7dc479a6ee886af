import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { chromiumPath, closeBrowser, type WatchedPage } from './chromium.ts';

export { PHONE } from './chromium.ts';

/** Like `describe`, with a browser; skipped where there is none, which is a failure with CI=true. */
export function describeInBrowser(title: string, suite: () => void): void {
  const isMissing = chromiumPath() === null;
  if (isMissing && process.env.CI !== 'true') {
    console.error(`SKIPPED, no Chromium found: ${title}. Set TIDEWATT_CHROMIUM to its path, or install one.`);
  }
  describe.skipIf(isMissing && process.env.CI !== 'true')(title, () => {
    afterAll(closeBrowser);
    suite();
  });
}

/** Ends the page, which must have been without faults. */
export async function closePage({ page, faults }: WatchedPage): Promise<void> {
  await page.context().close();
  expect(faults()).toEqual([]);
}

/** No finding of axe's rules for WCAG 2.2 AA, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours pass over to the other theme, in a millisecond, but not at once.
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    });
    // The page's policy allows no script of others; the debugger's own are not bound by it.
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { violations } = await Reflect.get(window, 'axe').run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return (violations as import('axe-core').Result[]).map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
      );
    });
    expect(found, colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
