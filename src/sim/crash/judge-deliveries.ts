import { openConnection, type Target } from '../../store/connection.ts';
import { type Delivery, FORMATS, type Format } from './witness.ts';

/** An event of the log, as it is stored. */
export interface ToldEvent {
  readonly sessionId: string | null;
  readonly body: string;
}

/** What a sender that is killed may have sent without being able to note it: a batch, or what is fixed together. */
const REPEATED_MAX_COUNT: Readonly<Record<Format, number>> = { batch: 1, single: 32 };

/**
 * What is wrong with what receivers got: an event that is missing or was never told, one under two ids, an id with two
 * bodies, a session out of order, more repetitions than there were blows to the sender or its database.
 * @param told the whole log, in order.
 */
export function judgeDeliveries(
  told: readonly ToldEvent[],
  deliveries: readonly Delivery[],
  blows: number,
): string[] {
  return FORMATS.flatMap((format) => {
    const own = deliveries.filter((delivery) => delivery.format === format && delivery.isAccepted);
    return [
      ...judgeContent(told, own),
      ...judgeOrder(told, own),
      ...judgeRepetitions(own, blows * REPEATED_MAX_COUNT[format]),
    ].map((fault) => `webhook ${format}: ${fault}`);
  });
}

/** How many POSTs repeated one that was accepted before. */
export function countRepeated(deliveries: readonly Delivery[]): number {
  const own = deliveries.filter(({ isAccepted }) => isAccepted);
  return own.length - new Set(own.map(({ deliveryId }) => deliveryId)).size;
}

/** The events in a body of either format; the text of each is what was stored. */
function eventsOf({ body }: Delivery): string[] {
  const parsed: unknown = JSON.parse(body);
  return [parsed].flat().map((event) => JSON.stringify(event));
}

/** Every event of the log with a position, in order. */
export async function readTold(target: Target): Promise<ToldEvent[]> {
  const connection = await openConnection(target);
  try {
    return await connection.query<ToldEvent>(
      `select e.session_id as "sessionId", e.body from event_positions p
       join events e on e.client_id = p.client_id and e.id = p.event_id and e.created_at = p.created_at
       order by p.client_id, p.position`,
    );
  } finally {
    await connection.close();
  }
}

/** Events without a position, and subscriptions that have not delivered all that have one. */
export async function countUndelivered(target: Target): Promise<number> {
  const connection = await openConnection(target);
  try {
    const [row] = await connection.query<{ count: number }>(
      `select (select count(*) from event_arrivals) + (
         select count(*) from webhook_cursors c join event_logs l using (client_id)
         where c.batch is not null or c.position < l.last_position) as count`,
    );
    return row?.count ?? 0;
  } finally {
    await connection.close();
  }
}

function judgeContent(told: readonly ToldEvent[], deliveries: readonly Delivery[]): string[] {
  const bodies = new Set(told.map(({ body }) => body));
  const idOf = new Map<string, string>();
  const faults: string[] = [];
  for (const delivery of deliveries) {
    for (const event of eventsOf(delivery)) {
      const id = idOf.get(event) ?? delivery.deliveryId;
      if (!bodies.has(event)) faults.push(`${delivery.deliveryId} holds an event that was never told`);
      if (id !== delivery.deliveryId) faults.push(`${id} and ${delivery.deliveryId} hold the same event`);
      idOf.set(event, id);
    }
  }
  const missing = told.filter(({ body }) => !idOf.has(body));
  if (missing.length > 0) faults.push(`${missing.length} of ${told.length} events never came`);
  return faults;
}

/** By the first receipt of each event: what is repeated is known already. */
function judgeOrder(told: readonly ToldEvent[], deliveries: readonly Delivery[]): string[] {
  const place = new Map(told.map(({ body, sessionId }, index) => [body, { index, sessionId }]));
  const reached = new Map<string, number>();
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const event of deliveries.flatMap(eventsOf)) {
    const { index, sessionId } = place.get(event) ?? { index: -1, sessionId: null };
    if (sessionId === null || seen.has(event)) continue;
    seen.add(event);
    if (index < (reached.get(sessionId) ?? -1)) faults.push(`session ${sessionId} came out of order`);
    reached.set(sessionId, index);
  }
  return faults;
}

function judgeRepetitions(deliveries: readonly Delivery[], most: number): string[] {
  const bodyOf = new Map<string, string>();
  const faults: string[] = [];
  for (const { deliveryId, body } of deliveries) {
    if ((bodyOf.get(deliveryId) ?? body) !== body) faults.push(`${deliveryId} came with two bodies`);
    bodyOf.set(deliveryId, body);
  }
  const repeated = countRepeated(deliveries);
  if (repeated > most) faults.push(`${repeated} deliveries were repeated, at most ${most} may be`);
  return faults;
}
