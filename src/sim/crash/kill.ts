import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { findHolder, isRunning } from '../../store/embedded-holder.ts';
import { waitFor } from './wait.ts';

/** A process that was sent SIGKILL may still be leaving the kernel. */
const GONE_LIMIT_MS = 10_000;

/**
 * Kills the PostgreSQL of one cluster with SIGKILL, as a loss of power would: the postmaster that its own pid file
 * names, and the children of that one, or the postmaster alone, which leaves them behind. Gives how many processes
 * were killed; none where no postmaster runs.
 */
export function killCluster(cluster: string, extent: 'all' | 'postmaster'): number {
  const holder = findHolder(cluster);
  if (holder === null) return 0;
  const pids = extent === 'all' ? [holder.pid, ...childrenOf(holder.pid)] : [holder.pid];
  return pids.filter(killNow).length;
}

/** Fulfilled when no postmaster of the cluster runs any more. */
export async function clusterGone(cluster: string): Promise<void> {
  const isGone = () => (findHolder(cluster) === null ? true : null);
  await waitFor(`the end of the PostgreSQL in ${cluster}`, isGone, GONE_LIMIT_MS);
}

/** False where the process ended by itself before. */
export function killNow(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch (error) {
    if (isRunning(pid)) throw error;
    return false;
  }
}

function childrenOf(parent: number): number[] {
  return processes().flatMap(([pid, parentPid]) => (parentPid === parent ? [pid] : []));
}

/** Every process with its parent. */
function processes(): (readonly [pid: number, parentPid: number])[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(readProcess);
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8', timeout: 10_000 });
  return stdout.split('\n').map((line) => {
    const [pid, parentPid] = line.trim().split(/\s+/).map(Number);
    return [pid ?? 0, parentPid ?? 0];
  });
}

function readProcess(name: string): [pid: number, parentPid: number][] {
  const pid = Number(name);
  if (!Number.isInteger(pid)) return [];
  try {
    // proc_pid_stat(5): the name stands in brackets and may hold anything; state and parent follow it.
    const [, parentPid] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return [[pid, Number(parentPid)]];
  } catch {
    // Ended meanwhile.
    return [];
  }
}
