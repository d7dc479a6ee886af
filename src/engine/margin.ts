import {
  MARGIN_MAX_MS,
  MARGIN_MIN_MS,
  MARGIN_SHARE_RATIO,
  MARGIN_TRUSTED_MS,
  MARGIN_UNMEASURED_TAPER_RATIO,
} from '../domain/rules.ts';

/** Why the time before readyBy is as long as it is. */
export type MarginReason = 'FIXED' | 'POWER_UNMEASURED' | 'TAPER_UNMEASURED' | 'MEASURED' | 'AT_ONCE';

export interface Margin {
  readonly marginMs: number;
  readonly reason: MarginReason;
}

/**
 * The time that a plan leaves before readyBy: a share of the charging time until the power is trusted, then 5 min
 * and a share of what is to be charged in a part of the taper that was not measured yet (engine.md §2; decision 0011).
 * @param unmeasuredMs of the charging time, what lies in the unmeasured part of the taper.
 */
export function marginFor(isPowerTrusted: boolean, chargingMs: number, unmeasuredMs: number): Margin {
  if (!isPowerTrusted) {
    const marginMs = Math.min(MARGIN_MAX_MS, Math.max(MARGIN_MIN_MS, chargingMs * MARGIN_SHARE_RATIO));
    return { marginMs, reason: 'POWER_UNMEASURED' };
  }
  const moreMs = unmeasuredMs * MARGIN_UNMEASURED_TAPER_RATIO;
  if (moreMs === 0) {
    return { marginMs: MARGIN_TRUSTED_MS, reason: 'MEASURED' };
  }
  return { marginMs: Math.min(MARGIN_MAX_MS, MARGIN_TRUSTED_MS + moreMs), reason: 'TAPER_UNMEASURED' };
}
