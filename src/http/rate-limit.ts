export interface RateLimit {
  readonly perSecond: number;
  /** How many may come at once after a rest. */
  readonly burst: number;
}

/** A lot, for one machine; what is above it is a mistake in a loop. */
export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 5_000, burst: 10_000 };

const BUCKETS_MAX_COUNT = 10_000;

/**
 * A token bucket for each client. Gives 0 when a call may pass, else the seconds after which to try again, whole.
 */
export function makeRateLimit({ perSecond, burst }: RateLimit): (key: string, nowMs: number) => number {
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  return (key, nowMs) => {
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond;
    const tokens = Math.min(burst, bucket.tokens + gained);
    // Last used last, so that the first is the one longest at rest.
    buckets.delete(key);
    buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: nowMs });
    const oldest = buckets.keys().next();
    if (buckets.size > BUCKETS_MAX_COUNT && !oldest.done) buckets.delete(oldest.value);
    return tokens < 1 ? Math.max(1, Math.ceil((1 - tokens) / perSecond)) : 0;
  };
}
