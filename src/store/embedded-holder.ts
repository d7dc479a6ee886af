import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './embedded-place.ts';

/** The live postmaster of a cluster, and where it listens. */
export interface Holder {
  readonly pid: number;
  /** Null until it has come so far as to open its socket. */
  readonly socket: { readonly host: string; readonly port: number } | null;
}

/**
 * Told by postmaster.pid and then by the process itself: after a crash its number may be another program's, and a
 * copied folder holds the file of the original.
 */
export function findHolder(cluster: string): Holder | null {
  // https://www.postgresql.org/docs/current/storage-file-layout.html: pid, folder, start, port, socket folder, …
  const lines = readText(join(cluster, 'postmaster.pid'))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmasterOf(pid, cluster)) return null;
  const port = Number(lines[3]);
  const host = lines[4] ?? '';
  // The last of these lines is whole only when another has followed it.
  return { pid, socket: port > 0 && host !== '' && lines.length > 5 ? { host, port } : null };
}

/** True for any process that has this number, a dead one that nobody reaped included, as PostgreSQL sees it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Reflect.get(Object(error), 'code') === 'EPERM';
  }
}

/** False for a dead process that nobody reaped, as in a container whose first process does not. */
export function isRunning(pid: number): boolean {
  return isAlive(pid) && commandOf(pid) !== '';
}

/**
 * True where a process of PostgreSQL works in a cluster, such as one that its killed postmaster left behind. Asked as
 * the account that it runs as: root without the right to trace others, as in most containers, may not see it. False
 * where there is no /proc.
 */
export function isInUse(cluster: string, account: Account | null): boolean {
  if (process.platform !== 'linux') return false;
  const done = spawnSync('/bin/sh', ['-c', 'readlink /proc/[0-9]*/cwd'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    timeout: 10_000,
  });
  return done.stdout.split('\n').includes(cluster);
}

function isPostmasterOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  if (!command.includes('postgres')) return false;
  // Tells even of a folder that was moved since; not everybody may ask.
  const folder = process.platform === 'linux' ? workingFolder(pid) : null;
  return folder === null ? command.includes(cluster) : folder === cluster;
}

/** Empty for a dead process that nobody reaped. */
function commandOf(pid: number): string {
  if (process.platform === 'linux') return readText(`/proc/${pid}/cmdline`) ?? '';
  return (
    spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).stdout ?? ''
  );
}

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Ended meanwhile, or another user's process that we may not look into.
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there, or gone meanwhile.
    return null;
  }
}
