import type { Query } from '../store/database.ts';
import { countEvents } from '../store/events.ts';
import type { CursorState } from '../store/webhook-cursors.ts';
import type { Webhook } from '../store/webhooks.ts';
import { kindsOf } from './webhook-events.ts';

/** How many events wait for a subscription. Of a `single` one those already delivered beyond the cursor are left out. */
export async function pendingEventsOf(
  query: Query,
  { clientId, events }: Webhook,
  { position, batch }: Pick<CursorState, 'position' | 'batch'>,
): Promise<number> {
  const afterPosition = batch?.at(-1) ?? position;
  const further = await countEvents(query, { clientId, afterPosition, kinds: kindsOf(events) });
  return (batch?.length ?? 0) + further;
}
