import { spawnSync } from 'node:child_process';
import type { Account } from './embedded-place.ts';

/**
 * Kills the processes that a killed postmaster left behind in a cluster, and says how many. They end by themselves as
 * soon as they look; one that waits for a lock of a process that was killed too never does, and would keep the
 * cluster from starting for ever. Only to be called where `findHolder` found none. Does nothing where there is no
 * /proc.
 */
export function killLeftovers(cluster: string, account: Account | null): number {
  if (process.platform !== 'linux') return 0;
  // As the account that they run as: root without the right to trace others may not see their folder.
  const done = spawnSync('/bin/sh', ['-c', KILL, 'sh', cluster], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    timeout: 10_000,
  });
  return done.stdout.split('\n').filter(Boolean).length;
}

/** Children of a postmaster show "postgres: …", and never the postmaster itself or somebody's shell in the folder. */
const KILL = `
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/cwd" 2>/dev/null)" = "$1" ] || continue
    case "$(tr '\\0' ' ' 2>/dev/null < "$process/cmdline")" in
      'postgres: '*) kill -KILL "\${process#/proc/}" 2>/dev/null && echo "$process" ;;
    esac
  done`;
