import { HOUR_MS } from '../domain/units.ts';

const HEARTBEAT_EVERY_MS = HOUR_MS;

/** What a subscription reads of the event log; null: everything. */
export function kindsOf(events: readonly string[]): readonly string[] | null {
  return events.includes('*') ? null : events;
}

/** When a subscription gets its next heartbeat; null where it names none. */
export function nextHeartbeatAtMs(events: readonly string[], nowMs: number): number | null {
  return events.includes('*') || events.includes('system:heartbeat') ? nowMs + HEARTBEAT_EVERY_MS : null;
}
