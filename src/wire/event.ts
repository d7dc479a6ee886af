import type { Session } from '../domain/session.ts';
import { type CommandFacts, toWireCommand } from './command.ts';
import { toInstant } from './scalars.ts';
import { toWireSession } from './session.ts';

/** The version of the bodies of events. */
export const EVENT_VERSION = '1';

/** `flex:session:updated` as in the seed, with the version and the session's sequence (webhooks.md). */
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
