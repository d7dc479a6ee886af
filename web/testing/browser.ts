import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';

/** A page under watch: what it should not have done is kept. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to other hosts. */
  readonly faults: readonly string[];
  /** What the page asks for next may fail: a test that refuses or goes away says so. */
  expectFault(pattern: RegExp): void;
}

export const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

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

/** Opens a page of its own context (cookies, storage) at a URL. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await launched()).newContext({ viewport: DESKTOP, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  const expected: RegExp[] = [];
  const fault = (text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) faults.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      fault(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => fault(`script: ${error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) fault(`elsewhere: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults, expectFault: (pattern) => expected.push(pattern) };
}

/** Ends the page, which must have been without faults. */
export async function closePage({ page, faults }: WatchedPage): Promise<void> {
  await page.context().close();
  expect(faults).toEqual([]);
}

/** No finding of axe's rules for WCAG 2.2 AA, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
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

/** The first Chromium that is there; null where none is. */
function chromiumPath(): string | null {
  const places = [
    process.env.TIDEWATT_CHROMIUM ?? '',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return places.find((path) => path !== '' && existsSync(path)) ?? null;
}

let browser: Promise<Browser> | null = null;

/** One browser for all suites of a thread at a time. */
function launched(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) {
    throw new Error('expected a Chromium: set TIDEWATT_CHROMIUM to its path, or install one');
  }
  browser ??= chromium.launch({ executablePath, args: FLAGS });
  return browser;
}

async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = null;
  await (await open)?.close();
}
