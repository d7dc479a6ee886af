import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page under watch: what it should not have done is kept. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to other hosts, but for those that are expected. */
  readonly faults: () => readonly string[];
  /** What the page asks for may fail: a test that refuses or goes away says so. */
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

/** Opens a page of its own context (cookies, storage) at a URL. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await launched()).newContext({ viewport: DESKTOP, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  const expected: RegExp[] = [];
  const fault = (text: string): void => void faults.push(text);
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
  return {
    page,
    // Also what came before it was said to be expected.
    faults: () => faults.filter((text) => !expected.some((pattern) => pattern.test(text))),
    expectFault: (pattern) => void expected.push(pattern),
  };
}

/** The first Chromium that is there; null where none is. */
export function chromiumPath(): string | null {
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

/** One browser for all pages of a thread. */
function launched(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) {
    throw new Error('expected a Chromium: set TIDEWATT_CHROMIUM to its path, or install one');
  }
  browser ??= chromium.launch({ executablePath, args: FLAGS });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = null;
  await (await open)?.close();
}
