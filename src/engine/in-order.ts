import type { LaneInput } from './contract.ts';

export interface Placed {
  readonly input: LaneInput;
  /** Its index in what was given. */
  readonly index: number;
}

/**
 * Inputs in the order in which they are taken in: readings by their own times, whatever else by its arrival; those of
 * one instant keep the order in which they came.
 */
export function inOrder(inputs: readonly LaneInput[]): readonly Placed[] {
  const placed = inputs.map((input, index) => ({ input, index, atMs: timeOf(input) }));
  return placed.sort((one, other) => one.atMs - other.atMs || one.index - other.index);
}

function timeOf(input: LaneInput): number {
  return input.kind === 'reading'
    ? Math.min(input.reading.observedAtMs, input.receivedAtMs)
    : input.receivedAtMs;
}
