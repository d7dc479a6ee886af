import type { Advance, LaneEvent } from '../engine/contract.ts';
import type { Lane } from '../engine/lane.ts';
import type { EventRow } from '../store/save-steps.ts';
import { toCommandEvent, toSessionDeletedEvent, toSessionUpdatedEvent } from '../wire/event.ts';

/** An event's body is built here, when it happens, and never again. */
export function eventRow(event: LaneEvent, lane: Lane, result: Advance): EventRow {
  const nowMs = result.lane.steppedAtMs;
  const { userId, id: vehicleId } = lane.vehicle;
  switch (event.kind) {
    case 'session-updated': {
      const { session, sequence } = event;
      const body = toSessionUpdatedEvent(session, sequence, nowMs);
      const { id: sessionId, policyId } = session;
      return { kind: body.event, sessionId, policyId, sequence, body: JSON.stringify(body) };
    }
    case 'session-deleted': {
      const body = toSessionDeletedEvent(userId, event.sessionId, event.policyId, nowMs);
      const { sessionId, policyId } = event;
      return { kind: body.event, sessionId, policyId, sequence: null, body: JSON.stringify(body) };
    }
    case 'command-requested': {
      const body = toCommandEvent(userId, { ...event.command, vehicleId }, nowMs);
      const { sessionId } = event.command;
      const policyId = policyOf(sessionId, lane, result);
      return { kind: body.event, sessionId, policyId, sequence: null, body: JSON.stringify(body) };
    }
  }
}

/** The policy of a session that a command is for: as it was before the step, or begins in it. */
function policyOf(sessionId: string | null, before: Lane, { sessions, lane }: Advance): string | null {
  const known = [...Object.values(before.current), ...Object.values(lane.current)];
  const begun = sessions.map(({ session }) => session);
  return (
    known.find(({ id }) => id === sessionId)?.policyId ??
    begun.find(({ id }) => id === sessionId)?.policyId ??
    null
  );
}
