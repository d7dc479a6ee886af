import { setTimeout as delay } from 'node:timers/promises';
import type { Bells, Deps } from '../app/deps.ts';
import { assignPositions } from '../store/events.ts';
import { type Loop, startLoop } from './loop.ts';

/** What nobody rang for is found after so long: another process died between a commit and its round. */
const POLL_HEARD_MS = 50;
/** The same while nobody in this process follows the log. */
const POLL_UNHEARD_MS = 1_000;
/** Rounds are at least so far apart: a storm of commits shares them. */
const APART_MS = 2;

/** Gives committed events their positions, a few milliseconds after their commit. Any number of processes may run it. */
export function startSequencer(deps: Pick<Deps, 'database' | 'log'>, bells: Bells): Loop {
  const loop = startLoop({
    name: 'sequencer',
    log: deps.log,
    async round() {
      const placed = await assignPositions(deps.database);
      if (placed > 0) bells.placed.ring();
      await delay(APART_MS);
      return bells.placed.isHeard() ? POLL_HEARD_MS : POLL_UNHEARD_MS;
    },
  });
  const stopListening = bells.written.onRing(loop.wake);
  return {
    wake: loop.wake,
    async stop() {
      stopListening();
      await loop.stop();
    },
  };
}
