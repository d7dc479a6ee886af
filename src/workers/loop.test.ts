import { describe, expect, it } from 'vitest';
import { makeLog } from '../runtime/log.ts';
import { startLoop } from './loop.ts';

const NEVER_MS = 2 ** 31 - 1;

describe('a loop', () => {
  it('goes on after a round that failed, and says so', async () => {
    const lines: string[] = [];
    const log = makeLog({ level: 'error', nowMs: () => 0, write: (line) => lines.push(line) });
    const rounds = countedRounds(3);
    const loop = startLoop({
      name: 'test',
      log,
      round: async () => {
        rounds.next();
        // Woken at once, the loop does not wait out the pause after a failure.
        loop.wake();
        throw new Error('the world fails');
      },
    });
    await rounds.done;
    await loop.stop();
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines[0]).toContain('the world fails');
  });

  it('is not asleep when it was woken during a round', async () => {
    const log = makeLog({ level: 'silent', nowMs: () => 0 });
    const rounds = countedRounds(2);
    const loop = startLoop({
      name: 'test',
      log,
      round: async () => {
        if (rounds.next() === 1) loop.wake();
        return NEVER_MS;
      },
    });
    await rounds.done;
    await loop.stop();
    expect(rounds.count()).toBe(2);
  });

  it('stops while it waits, and runs no round after that', async () => {
    const log = makeLog({ level: 'silent', nowMs: () => 0 });
    const rounds = countedRounds(1);
    const loop = startLoop({
      name: 'test',
      log,
      round: async () => {
        rounds.next();
        return NEVER_MS;
      },
    });
    await rounds.done;
    await loop.stop();
    loop.wake();
    expect(rounds.count()).toBe(1);
  });
});

function countedRounds(wanted: number) {
  let count = 0;
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    count: () => count,
    next() {
      count += 1;
      // After this round, so that the loop has taken in what it answers.
      if (count === wanted) setImmediate(finish);
      return count;
    },
  };
}
