import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READY_LIMIT_MS = 45_000;

/** What a command said, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a user who set nothing but what is given. */
export function plainEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...more };
}

/** Runs `tidewatt` from the sources, as a process of its own, to its end. */
export async function runTidewatt(
  args: readonly string[],
  { env = plainEnv(), input = '' }: { readonly env?: Record<string, string>; readonly input?: string } = {},
): Promise<Ended> {
  const child = start(args, env);
  child.stdin?.end(input);
  return ended(child);
}

/** Runs `tidewatt` for a reader that takes the first line and leaves. */
export async function runForOneLine(args: readonly string[], input: string): Promise<Ended> {
  const child = start(args, plainEnv());
  const end = ended(child);
  const { stdin, stdout } = child;
  // Its end may come before all of the input is taken.
  stdin?.on('error', () => {});
  stdin?.write(input);
  if (stdout !== null) await once(stdout, 'data');
  stdout?.destroy();
  stdin?.end(input);
  return end;
}

export interface RunningService {
  /** The first line of stdout. */
  readonly ready: {
    readonly url: string;
    readonly docsUrl: string;
    readonly clientId?: string;
    readonly clientSecret?: string;
    readonly dataDir: string | null;
    readonly pid: number;
  };
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended & { readonly tookMs: number }>;
}

/** Starts a service, `serve …` or `demo …`, with --json, and waits until it is ready. */
export async function startTidewatt(args: readonly string[], env = plainEnv()): Promise<RunningService> {
  const child = start([...args, '--json'], env);
  const end = ended(child);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const first = once(lines, 'line', { signal: AbortSignal.timeout(READY_LIMIT_MS) });
  const line = await Promise.race([
    first.then(([text]: string[]) => text ?? ''),
    end.then(({ code, stderr }) =>
      Promise.reject(new Error(`ended with ${code} before it was ready: ${stderr}`)),
    ),
  ]);
  return {
    ready: JSON.parse(line),
    async stop(signal = 'SIGTERM') {
      const began = performance.now();
      child.kill(signal);
      return { ...(await end), tookMs: performance.now() - began };
    },
  };
}

/** A folder for data that the embedded server's own user can reach; removed by `drop`. */
export function makeDataDir(): { readonly path: string; drop(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'tidewatt-cli-'));
  chmodSync(path, 0o755);
  return { path: join(path, 'data'), drop: () => rm(path, { recursive: true, force: true }) };
}

function start(args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src', 'main.ts'), ...args], {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
