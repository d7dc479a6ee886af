import type { HistoryBlock, HistoryState } from '../domain/history.ts';

/**
 * What was planned, slid to now where the car is due to charge and does not: a start that cannot happen slides along with
 * time, and the end of all charging with it, and neither is a change of the plan.
 */
export function slidBlocks(
  { plannedBlocks: before }: HistoryState,
  { plannedBlocks: after, why }: HistoryState,
  nowMs: number,
): readonly HistoryBlock[] {
  const [first] = after;
  const isDue = first !== undefined && first.startAtMs <= nowMs && !why.code.startsWith('CHARGING');
  if (!isDue) {
    return before;
  }
  const untilMs = after.at(-1)?.endAtMs ?? 0;
  const index = before.length - after.length;
  return before.map((block, i) => ({
    ...block,
    startAtMs: i === index ? first.startAtMs : block.startAtMs,
    endAtMs: i === before.length - 1 ? Math.max(block.endAtMs, untilMs) : block.endAtMs,
  }));
}
