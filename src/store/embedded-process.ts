import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './embedded-binaries.ts';
import { findHolder, isAlive, isInUse, isRunning } from './embedded-holder.ts';
import { newPart, sweepParts } from './embedded-parts.ts';
import type { Place } from './embedded-place.ts';

export const EMBEDDED_USER = 'tidewatt';

/** Settings of postgresql.conf by name. */
export type Settings = Readonly<Record<string, string>>;

export interface Postmaster {
  readonly pid: number;
  /** Its last lines in the log, when it has ended. */
  readonly ended: Promise<string>;
}

const STOP_LIMIT_MS = 60_000;
const KILL_LIMIT_MS = 10_000;
const POLL_MS = 8;
const LOG_BYTES_MAX = 10_000_000;
const LOG_LINES_SHOWN = 12;

/** A new cluster, made under another name and then renamed: a crash leaves none or a whole one. */
export async function initCluster(place: Place, binaries: Binaries): Promise<void> {
  refuseOccupied(place);
  sweepParts(place.dataDir);
  const parts = newPart(place.cluster);
  mkdirSync(parts, { mode: 0o700 });
  if (place.account !== null) chownSync(parts, place.account.uid, place.account.gid);
  const args = ['--auth=trust', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const logged = sizeOf(place.logFile);
  const log = openLog(place);
  const child = spawn(
    binaries.initdb,
    [...args, '--locale=C', '--data-checksums', `--username=${EMBEDDED_USER}`, `--pgdata=${parts}`],
    { ...place.account, cwd: '/', env: ENVIRONMENT, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const why = await endOf(child, place.logFile, logged);
  if (child.exitCode !== 0) {
    rmSync(parts, { recursive: true, force: true });
    throw new Error(`cannot make a database in ${place.dataDir}: ${why}${adviceOn(why)}`);
  }
  try {
    renameSync(parts, place.cluster);
    syncFolder(place.dataDir);
  } catch (cause) {
    rmSync(parts, { recursive: true, force: true });
    // Another start was quicker; anything else in this place is not ours to remove.
    if (!hasCluster(place))
      throw new Error(`${place.cluster} is in the way and holds no database: remove it`, { cause });
  }
}

/** What lies there and is no cluster is not ours to remove. */
function refuseOccupied({ cluster }: Place): void {
  if (existsSync(cluster) && readdirSync(cluster).length > 0 && !existsSync(join(cluster, 'PG_VERSION'))) {
    throw new Error(`${cluster} is in the way and holds no database: move it away`);
  }
}

export function hasCluster(place: Place): boolean {
  return existsSync(join(place.cluster, 'PG_VERSION'));
}

/** In a session of its own, so that neither Ctrl-C nor our own end takes it along. */
export function startPostgres(place: Place, binaries: Binaries, settings: Settings): Postmaster {
  const all: Settings = {
    listen_addresses: '',
    port: '5432',
    unix_socket_permissions: '0700',
    cluster_name: 'tidewatt',
    log_checkpoints: 'off',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    // What a statement held may be personal: the log tells only that one failed.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logged = sizeOf(place.logFile);
  const log = openLog(place);
  const child = spawn(binaries.postgres, ['-D', place.cluster, '-k', place.runDir, ...args], {
    ...place.account,
    cwd: '/',
    env: ENVIRONMENT,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  return { pid: child.pid ?? 0, ended: endOf(child, place.logFile, logged) };
}

/**
 * Ends the postmaster of a cluster, if there is one, in order: open transactions are rolled back, everything
 * committed is kept. One that does not end is killed, which costs a recovery at the next start and no data.
 */
export async function stopPostgres(cluster: string): Promise<void> {
  const holder = findHolder(cluster);
  if (holder === null) return;
  for (const [signal, limitMs] of [
    ['SIGINT', STOP_LIMIT_MS],
    ['SIGQUIT', KILL_LIMIT_MS],
    ['SIGKILL', KILL_LIMIT_MS],
  ] as const) {
    if (isRunning(holder.pid)) process.kill(holder.pid, signal);
    const untilMs = performance.now() + limitMs;
    while (isRunning(holder.pid) && performance.now() < untilMs) await delay(POLL_MS);
    if (!isRunning(holder.pid)) {
      if (holder.socket !== null) removeRunDir(holder.socket.host);
      return;
    }
  }
  throw new Error(`PostgreSQL (process ${holder.pid}) does not stop`);
}

/** Empty by now, unless another start is already at it. */
function removeRunDir(runDir: string): void {
  try {
    rmdirSync(runDir);
  } catch {
    // Left there it does no harm.
  }
}

/**
 * Sets aside the lock files of a postmaster that is dead while another process has got its number, or while nobody
 * has reaped it: PostgreSQL would believe them. It judges all others itself. Only to be called where `findHolder`
 * found none; processes that a killed postmaster left in the folder keep the files where they are.
 */
export function clearStaleLocks(place: Place): void {
  if (isInUse(place.cluster, place.account)) return;
  setAside(join(place.cluster, 'postmaster.pid'));
  for (const file of readdirSync(place.runDir)) {
    if (file.endsWith('.lock')) setAside(join(place.runDir, file));
  }
}

/** Taken away by a rename, which one of several can do, and put back if it was written anew meanwhile. */
function setAside(file: string): void {
  const before = readIfThere(file);
  if (before === null || !isMisleading(file, before)) return;
  const aside = newPart(file);
  renameSync(file, aside);
  if (readIfThere(aside) !== before) linkSync(aside, file);
  rmSync(aside);
}

function isMisleading(file: string, content: string): boolean {
  const pid = Number.parseInt(content, 10);
  if (Number.isInteger(pid)) return isAlive(Math.abs(pid));
  // Empty after a crash or on a full disk; a young one may be being written.
  return Date.now() - statSync(file).mtimeMs > 2_000;
}

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Messages in English, whatever the user's language: some are looked for. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** Containers often run as a number that has no name (`docker run --user`), which only initdb minds. */
function adviceOn(why: string): string {
  if (!why.includes('could not look up effective user ID')) return '';
  return `\nThis user has no name: give it one in /etc/passwd, run as one that has, or set DATABASE_URL`;
}

function openLog(place: Place): number {
  if (sizeOf(place.logFile) > LOG_BYTES_MAX) renameSync(place.logFile, `${place.logFile}.1`);
  return openSync(place.logFile, 'a', 0o600);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Why a process ended: what it wrote since then, else its exit code. */
function endOf(child: ReturnType<typeof spawn>, logFile: string, from: number): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      // The folder may be gone, when somebody removed it with its server still in it.
      const written = existsSync(logFile) ? readFileSync(logFile).subarray(from).toString('utf8') : '';
      const tail = written.trim().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
      resolve(tail === '' ? `it ended with ${signal ?? code} and wrote nothing` : tail);
    });
  });
}
