import type { Finding, Invariant } from '../checker.ts';
import type { DeliveredFact, EndedFact, Shown, ShownEvent, ShownSession } from '../facts.ts';
import { parseEvent } from '../wire-session.ts';
import { differenceOf, fullText, type Looks, looksOfEvent, looksOfRow, newsBetween } from './looks.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
/** Quarter-hour timers are spread over so much. */
const SPREAD_MS = 2 * 60_000;

interface Told {
  readonly sequence: number;
  readonly looks: Looks;
}

interface Pending {
  readonly vehicleId: string;
  readonly moved: string;
  readonly sinceMs: number;
  readonly dueMs: number;
}

/**
 * Every change that is an event has exactly one: what is told at once is in the last event after each step, the rest by
 * the end of its quarter hour; sequences have no gap; no event says what the one before it said; and every receiver gets
 * all of it, signed, unchanged, and in order for each session.
 */
export function everyChangeIsTold(): Invariant {
  const told = new Map<string, Told>();
  const pending = new Map<string, Pending>();
  /** Events by their text: which of their session's events they are, counted from 0. */
  const log = new Map<string, { readonly sessionId: string | null; readonly place: number }>();
  const places = new Map<string, number>();
  const received = new Map<string, { readonly reached: Map<string, number>; readonly texts: Set<string> }>();
  const deliveryBodies = new Map<string, string>();
  /** Sessions that are there, with the event of their going expected when they go. */
  const upcoming = new Map<string, string>();

  function takeEvent(event: ShownEvent, nowMs: number): Finding[] {
    const { sessionId, vehicleId, kind, body } = event;
    const findings: Finding[] = [];
    const say = (text: string): void => void findings.push({ vehicleId, sessionId, text });
    const place = places.get(sessionId ?? '') ?? 0;
    places.set(sessionId ?? '', place + 1);
    if (log.has(body)) say(`two events have the same body: ${kind} at ${instant(nowMs)}`);
    log.set(body, { sessionId, place });
    const { session, sequence } = parseEvent(body);
    if (kind !== 'flex:session:updated' || session === undefined || sessionId === null) return findings;
    const before = told.get(sessionId);
    const expected = (before?.sequence ?? 0) + 1;
    if (sequence !== expected || event.sequence !== expected) {
      say(`expected its event ${expected}, got ${sequence} (stored as ${event.sequence})`);
    }
    const looks = looksOfEvent(session);
    if (before !== undefined && fullText(before.looks) === fullText(looks)) {
      say(`its event ${sequence} says what event ${before.sequence} said`);
    }
    told.set(sessionId, { sequence: sequence ?? expected, looks });
    pending.delete(sessionId);
    return findings;
  }

  function judgeSession(session: ShownSession, nowMs: number): Finding[] {
    const { id: sessionId, vehicleId, sequence, body } = session;
    if (body === null) return [];
    const say = (text: string): Finding[] => [{ vehicleId, sessionId, text }];
    const last = told.get(sessionId);
    if (last === undefined) return say('it is there, and no event tells of it');
    if (last.sequence !== sequence) return say(`it says ${sequence} events, its last is ${last.sequence}`);
    const looks = looksOfRow(session, body);
    const news = newsBetween(last.looks, looks);
    if (news !== null) return say(`changed and not told after event ${sequence}: ${news}`);
    if (fullText(last.looks) === fullText(looks)) pending.delete(sessionId);
    else if (!pending.has(sessionId)) {
      const dueMs = (Math.floor(nowMs / QUARTER_HOUR_MS) + 1) * QUARTER_HOUR_MS + SPREAD_MS;
      pending.set(sessionId, { vehicleId, moved: differenceOf(last.looks, looks), sinceMs: nowMs, dueMs });
    }
    return [];
  }

  function judgeLate(nowMs: number): Finding[] {
    const findings: Finding[] = [];
    for (const [sessionId, { vehicleId, moved, sinceMs, dueMs }] of pending) {
      if (nowMs <= dueMs) continue;
      pending.delete(sessionId);
      const text = `what moved at ${instant(sinceMs)} was not told by ${instant(dueMs)}: ${moved}`;
      findings.push({ vehicleId, sessionId, text });
    }
    return findings;
  }

  /** Sessions that went were told as deleted, and no other. */
  function judgeDeleted({ lanes, sessions, events }: Shown): Finding[] {
    const shown = new Set(sessions.map(({ id }) => id));
    const stepped = new Set(lanes.map(({ vehicleId }) => vehicleId));
    const deleted = events
      .filter(({ kind }) => kind === 'flex:session:deleted')
      .map(({ sessionId }) => sessionId);
    const findings: Finding[] = [];
    for (const [sessionId, vehicleId] of upcoming) {
      if (!stepped.has(vehicleId) || shown.has(sessionId)) continue;
      upcoming.delete(sessionId);
      pending.delete(sessionId);
      const count = deleted.filter((id) => id === sessionId).length;
      if (count !== 1) findings.push({ vehicleId, sessionId, text: `it went, with ${count} events of it` });
    }
    for (const sessionId of deleted) {
      if (sessionId === null || !shown.has(sessionId)) continue;
      findings.push({ vehicleId: null, sessionId, text: 'it was told as deleted, and is there' });
    }
    for (const { id, vehicleId, state } of sessions) {
      if (state === 'UPCOMING') upcoming.set(id, vehicleId);
      else upcoming.delete(id);
    }
    return findings;
  }

  function takeDelivery({ receiver, deliveryId, isSigned, bodies }: DeliveredFact): Finding[] {
    const own = received.get(receiver) ?? { reached: new Map<string, number>(), texts: new Set<string>() };
    received.set(receiver, own);
    const findings: Finding[] = [];
    const say = (sessionId: string | null, text: string): void =>
      void findings.push({
        vehicleId: null,
        sessionId,
        text: `receiver ${receiver}, ${deliveryId}: ${text}`,
      });
    if (!isSigned) say(null, 'its signature does not fit');
    const whole = bodies.join('\n');
    const key = `${receiver} ${deliveryId}`;
    if ((deliveryBodies.get(key) ?? whole) !== whole) say(null, 'it came again with another body');
    deliveryBodies.set(key, whole);
    for (const body of bodies) {
      const event = log.get(body);
      if (event === undefined) say(null, `an event that is not in the log: ${body.slice(0, 100)}`);
      else if (event.sessionId !== null) {
        const reached = own.reached.get(event.sessionId) ?? -1;
        if (event.place > reached + 1) {
          say(event.sessionId, `event ${event.place} of the session came when ${reached + 1} should come`);
        }
        own.reached.set(event.sessionId, Math.max(reached, event.place));
      }
      own.texts.add(body);
    }
    return findings;
  }

  function judgeEnd({ receivers }: EndedFact): Finding[] {
    return receivers.flatMap((receiver) => {
      const texts = received.get(receiver)?.texts ?? new Set<string>();
      const missing = [...log].filter(([body]) => !texts.has(body));
      if (missing.length === 0) return [];
      const text = `receiver ${receiver} never got ${missing.length} of ${log.size} events`;
      return [{ vehicleId: null, sessionId: missing[0]?.[1].sessionId ?? null, text }];
    });
  }

  return (fact) => {
    switch (fact.kind) {
      case 'shown':
        return [
          ...fact.events.flatMap((event) => takeEvent(event, fact.atMs)),
          ...fact.sessions.flatMap((session) => judgeSession(session, fact.atMs)),
          ...judgeDeleted(fact),
          ...judgeLate(fact.atMs),
        ];
      case 'delivered':
        return takeDelivery(fact);
      case 'ended':
        return judgeEnd(fact);
      default:
        return [];
    }
  };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
