import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './embedded-holder.ts';

const NAME = /\.new-(\d+)-[0-9a-f]{8}$/;
/** Longer than making a cluster or a copy takes: the number of a dead process may be a live one's by now. */
const AGE_MAX_MS = 3_600_000;

/** A name of one's own beside a path, for what is renamed to that path when it is whole. */
export function newPart(path: string): string {
  return `${path}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Removes what starts that were killed did not finish. */
export function sweepParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const madeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (!isAlive(Number(pid)) || Date.now() - madeMs > AGE_MAX_MS)
      rmSync(path, { recursive: true, force: true });
  }
}
