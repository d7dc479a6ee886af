import type { Webhook, WebhookIn } from '../../data/types.ts';
import { words } from '../../words.ts';

type Named = NonNullable<WebhookIn['events']>[number];
export type EventName = Exclude<Named, '*'>;

/** Every event that a webhook may name. */
export const EVENT_NAMES: readonly EventName[] = [
  'flex:session:updated',
  'flex:session:deleted',
  'flex:command:requested',
  'system:heartbeat',
  'webhook:test',
];

/** Those that are named; null is all. */
export function chosenEvents({ events }: Pick<Webhook, 'events'>): readonly EventName[] | null {
  return events.includes('*') ? null : EVENT_NAMES.filter((name) => events.includes(name));
}

export function eventsText({ events }: Pick<Webhook, 'events'>): string {
  return events.includes('*') ? words.webhooks.allEvents : events.join(', ');
}
