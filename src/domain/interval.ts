/** A half-open span of time, [startAtMs, endAtMs). */
export interface Interval {
  readonly startAtMs: number;
  readonly endAtMs: number;
}
