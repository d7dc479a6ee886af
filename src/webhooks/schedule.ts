/** What is known of a try that failed. */
export interface FailedTry {
  readonly nowMs: number;
  /** Tries that failed before this one, without a success in between. */
  readonly failuresBefore: number;
  /** When the first of them failed; null when this is the first. */
  readonly failingSinceMs: number | null;
  /** Null: no answer came. */
  readonly status: number | null;
  /** How long the receiver asked us to wait; null where it did not. */
  readonly retryAfterMs: number | null;
  /** From 0 to below 1. */
  readonly chance: number;
}

export type AfterFailure =
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'deactivate'; readonly reason: string };

const S_MS = 1_000;
const MIN_MS = 60 * S_MS;
const HOUR_MS = 60 * MIN_MS;
/** The last one again and again. */
const DELAYS_MS = [
  5 * S_MS,
  30 * S_MS,
  2 * MIN_MS,
  10 * MIN_MS,
  30 * MIN_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
];
const JITTER = 0.2;
const GIVE_UP_AFTER_MS = 24 * HOUR_MS;
const GONE = 410;

/**
 * When a failed delivery is tried again, or that its subscription is given up: by 410 at once, else after 24 h of
 * failures, the last try being at the end of them.
 */
export function afterFailure(failed: FailedTry): AfterFailure {
  if (failed.status === GONE) return { kind: 'deactivate', reason: 'the receiver answered 410 Gone' };
  const { nowMs, failuresBefore, retryAfterMs, chance } = failed;
  const endMs = (failed.failingSinceMs ?? nowMs) + GIVE_UP_AFTER_MS;
  if (nowMs >= endMs) return { kind: 'deactivate', reason: 'every delivery failed for 24 hours' };
  const step = DELAYS_MS[Math.min(failuresBefore, DELAYS_MS.length - 1)] ?? 0;
  const jittered = Math.round(step * (1 - JITTER + 2 * JITTER * chance));
  // A receiver that asks for less than the first step is not asked more often than that.
  const delayMs = retryAfterMs === null ? jittered : Math.max(retryAfterMs, DELAYS_MS[0] ?? 0);
  return { kind: 'retry', atMs: Math.min(nowMs + delayMs, endMs) };
}

/** A Retry-After header (RFC 9110 §10.2.3), seconds or a date; null for what is neither. Dates go by the real clock. */
export function readRetryAfterMs(header: string | null, realNowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * S_MS;
  const atMs = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(atMs - realNowMs, 0);
}

export const BATCH_MAX_EVENTS = 100;
export const BATCH_MAX_BYTES = 1024 * 1024;

/** How many of the waiting bodies one batch takes, brackets and commas counted; one that is too large goes alone. */
export function batchCount(bodies: readonly string[], eventsMax: number): number {
  let bytes = 1;
  let count = 0;
  for (const body of bodies) {
    bytes += Buffer.byteLength(body) + 1;
    if (count === eventsMax || (count > 0 && bytes > BATCH_MAX_BYTES)) break;
    count += 1;
  }
  return count;
}

/**
 * The webhook-id: the same for every repetition of the same events, another for any others, and for a replay of them.
 * Without full stops, which separate the parts of what is signed.
 */
export function deliveryIdOf(
  webhookId: string,
  replayNumber: number,
  firstPosition: number,
  lastPosition: number,
): string {
  return `${webhookId}_${replayNumber}_${firstPosition}_${lastPosition}`;
}
