import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../store/testing/until.ts';
import { makeDataDir, plainEnv, type RunningService, startTidewatt } from './testing/service-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIMIT_MS = 120_000;

// Every `sh` block of a document runs, in one shell, as a reader would paste them one after the other.
describe('the commands that the documents show', () => {
  const data = makeDataDir();
  let service: RunningService;

  beforeAll(async () => {
    const args = ['demo', '--fresh', '--vehicles', '1', '--port', '0', '--data-dir', data.path];
    service = await startTidewatt(args);
    // A reader does not type faster than the demonstration lives its first days.
    await until(async () => {
      await delay(200);
      const page = await fetch(service.ready.url);
      return !(await page.text()).includes('first days');
    }, LIMIT_MS);
  }, LIMIT_MS);
  afterAll(async () => {
    await service?.stop();
    await data.drop();
  });

  it.each(documents())(
    '%s',
    async (path) => {
      const blocks = shellBlocks(readFileSync(join(ROOT, path), 'utf8'));
      const { ready } = service;
      const env = plainEnv({
        BASE_URL: ready.url,
        CLIENT_ID: ready.clientId ?? '',
        CLIENT_SECRET: ready.clientSecret ?? '',
        TIDEWATT_DATA_DIR: data.path,
      });
      const { code, output } = await runShell(blocks, env);
      expect(code, `a block of ${path} failed; the last lines:\n${output.slice(-2_000)}`).toBe(0);
      expect(blocks.length).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

/** README and the guides, as far as they show commands. */
function documents(): string[] {
  const guides = join(ROOT, 'docs', 'guides');
  const names = existsSync(guides) ? readdirSync(guides).filter((name) => name.endsWith('.md')) : [];
  const paths = ['README.md', ...names.map((name) => join('docs', 'guides', name))];
  return paths.filter((path) => shellBlocks(readFileSync(join(ROOT, path), 'utf8')).length > 0);
}

function shellBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
}

async function runShell(blocks: readonly string[], env: Record<string, string>) {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(shell, 'close');
  return { code, output };
}
