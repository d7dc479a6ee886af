import type { Session } from '../domain/session.ts';
import { type CommandFacts, toWireCommand } from './command.ts';
import { toInstant } from './scalars.ts';
import { toWireSession } from './session.ts';

/** The version of the bodies of events. */
const EVENT_VERSION = '1';

/** Every kind of event of the log. */
export const EVENT_KINDS = [
  'flex:session:updated',
  'flex:session:deleted',
  'flex:command:requested',
] as const;

/** `flex:session:updated`: the session as it is read over HTTP, with the version and the session's sequence (webhooks.md). */
export function toSessionUpdatedEvent(session: Session, sequence: number, nowMs: number) {
  return {
    event: 'flex:session:updated',
    userId: session.userId,
    createdAt: toInstant(nowMs),
    session: toWireSession(session, nowMs),
    version: EVENT_VERSION,
    sequence,
  } as const;
}

/** An upcoming session that went with its policy. */
export function toSessionDeletedEvent(userId: string, sessionId: string, policyId: string, nowMs: number) {
  return {
    event: 'flex:session:deleted',
    userId,
    createdAt: toInstant(nowMs),
    sessionId,
    policyId,
    version: EVENT_VERSION,
  } as const;
}

/** A command that an integrator's own connector is to carry out. */
export function toCommandEvent(userId: string, command: CommandFacts, nowMs: number) {
  return {
    event: 'flex:command:requested',
    userId,
    createdAt: toInstant(nowMs),
    command: toWireCommand(command, nowMs),
    version: EVENT_VERSION,
  } as const;
}

/** A sign of life of a webhook, and how much waits for it. It is none of the log. */
export function toHeartbeatEvent(pendingEvents: number, nowMs: number) {
  return {
    event: 'system:heartbeat',
    createdAt: toInstant(nowMs),
    version: EVENT_VERSION,
    pendingEvents,
  } as const;
}

/** What a test of a webhook sends. */
export function toTestEvent(nowMs: number) {
  return { event: 'webhook:test', createdAt: toInstant(nowMs), version: EVENT_VERSION } as const;
}
