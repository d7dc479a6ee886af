import { HOUR_MS } from '../../domain/units.ts';
import { randomFor } from '../random.ts';
import type { RecordedSession } from './sessions-csv.ts';

/**
 * When a car leaves: at its recorded plug-out; in a given share of the visits an hour before the earlier of plug-out and
 * ready-by, told to nobody. Drawn by the session's id, so the same for every plan and every machine. A visit that is
 * over within that hour is left as it is.
 */
export function departureAtMs(session: RecordedSession, readyByMs: number, earlyRatio: number): number {
  const { id, pluggedInAtMs, pluggedOutAtMs } = session;
  if (earlyRatio === 0 || randomFor('departure', id)() >= earlyRatio) return pluggedOutAtMs;
  const earlyAtMs = Math.min(pluggedOutAtMs, readyByMs) - HOUR_MS;
  return earlyAtMs > pluggedInAtMs ? earlyAtMs : pluggedOutAtMs;
}
