import type { Webhook, WebhookIn, WebhookPatch } from '../../data/types.ts';
import { chosenEvents, type EventName } from './event-names.ts';

/** What the form of a webhook holds. */
export interface WebhookDraft {
  readonly url: string;
  /** Null is all. */
  readonly events: readonly EventName[] | null;
  readonly format: Webhook['format'];
  /** Undefined: as it is. */
  readonly authentication: WebhookIn['authentication'];
}

/** The whole of it, for a new one. */
export function bodyOf({ url, events, format, authentication }: WebhookDraft): Omit<WebhookIn, 'secret'> {
  return { url, events: events ?? ['*'], format, ...(authentication !== undefined && { authentication }) };
}

/** What differs from the old one alone: the rest may have been changed by somebody else meanwhile. */
export function changesOf(old: Webhook, draft: WebhookDraft): WebhookPatch {
  const { url, events, format, authentication } = bodyOf(draft);
  return {
    ...(url !== old.url && { url }),
    ...(JSON.stringify(draft.events) !== JSON.stringify(chosenEvents(old)) && { events }),
    ...(format !== old.format && { format }),
    ...(authentication !== undefined && { authentication }),
  };
}
