/** Lengths of time in milliseconds, and the arithmetic of energy. Energy is integer Wh, power is kW. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const QUARTER_HOUR_MS = 15 * MINUTE_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The energy that a constant power gives in a time: unrounded Wh. */
export function energyWh(powerKw: number, durationMs: number): number {
  return (powerKw * 1000 * durationMs) / HOUR_MS;
}

/** The start of the UTC quarter hour that holds an instant. Every zone's quarter hours are UTC's. */
export function quarterHourOf(atMs: number): number {
  return Math.floor(atMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}
