import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { killNow } from './kill.ts';

/** One installation: every start is by the same command, as in a unit file. */
export interface Installation {
  /** Goes to every command. */
  readonly dataDir: string;
  /** What `serve` is given beside. */
  readonly serveArgs: readonly string[];
  /** Null for the embedded database. */
  readonly databaseUrl: string | null;
  /** The stderr of all that is started, one after the other. */
  readonly logFile: string;
}

export interface Service {
  readonly pid: number;
  /** Its URL, when it has said that it is ready; rejected when it ends before, or is not ready in time. */
  readonly ready: Promise<string>;
  hasEnded(): boolean;
  /** SIGKILL. */
  kill(): void;
  /** With its exit code; null where it was killed. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, and SIGKILL where that is not enough; gives whether the order was. */
  stop(): Promise<boolean>;
}

const BIN = fileURLToPath(new URL('../../../bin/tidewatt.mjs', import.meta.url));
/** Far more than any recovery here takes. */
const READY_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 20_000;
const LOG_LINES_SHOWN = 15;

/** Starts the service as a process of its own: what npm installed, not a module of this process. */
export function startService(installation: Installation): Service {
  const child = spawnTidewatt(installation, ['serve', '--port', '0', ...installation.serveArgs]);
  const ended = once(child, 'exit').then(() => child.exitCode);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ready = firstLine(child, installation);
  // Who kills it before it is ready does not wait for that.
  ready.catch(() => {});
  return {
    pid: child.pid ?? 0,
    ready,
    hasEnded,
    kill: () => void killNow(child.pid ?? 0),
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      return child.signalCode === null && child.exitCode === 0;
    },
  };
}

/** Runs a command of the command line to its end. */
export async function runCommand(
  installation: Installation,
  words: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string }> {
  const child = spawnTidewatt(installation, words);
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_LIMIT_MS);
  const exited = once(child, 'exit');
  let stdout = '';
  for await (const chunk of child.stdout ?? []) stdout += chunk;
  await exited;
  clearTimeout(timer);
  return { code: child.exitCode ?? -1, stdout };
}

/** The last lines that were written to stderr. */
export function logTail({ logFile }: Installation): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
}

function spawnTidewatt(installation: Installation, words: readonly string[]): ChildProcess {
  const { dataDir, databaseUrl, logFile } = installation;
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [BIN, ...words, '--json', '--data-dir', dataDir], {
    env: environment(databaseUrl),
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  return child;
}

/** The environment of this process without what would lead the command elsewhere. */
function environment(databaseUrl: string | null): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TIDEWATT_') && !['DATABASE_URL', 'PORT', 'HOST'].includes(name),
  );
  return {
    ...Object.fromEntries(others),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    // The receivers of its webhooks are on this machine.
    TIDEWATT_WEBHOOK_ALLOW_PRIVATE: 'true',
  };
}

async function firstLine(child: ChildProcess, installation: Installation): Promise<string> {
  if (child.stdout === null) throw new Error('the service was started without a pipe');
  const lines = createInterface({ input: child.stdout });
  const limit = AbortSignal.timeout(READY_LIMIT_MS);
  try {
    const line = await Promise.race([
      once(lines, 'line', { signal: limit }).then(([text]) => String(text)),
      once(child, 'exit', { signal: limit }).then(() => null),
    ]);
    if (line === null) throw new Error(`the service ended before it was ready:\n${logTail(installation)}`);
    return String(Reflect.get(Object(JSON.parse(line)), 'url'));
  } catch (error) {
    if (!limit.aborted) throw error;
    throw new Error(`the service was not ready in ${READY_LIMIT_MS / 1000} s:\n${logTail(installation)}`);
  }
}
