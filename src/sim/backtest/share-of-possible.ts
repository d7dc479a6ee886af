import type { ReferenceCosts } from './reference.ts';

/** Of the saving of perfect foresight over charging at once, the share that a cost realises; null where there is none. */
export function shareOfPossible(
  cost: number,
  { atOnce, perfectForesight }: Pick<ReferenceCosts, 'atOnce' | 'perfectForesight'>,
): number | null {
  return atOnce > perfectForesight ? (atOnce - cost) / (atOnce - perfectForesight) : null;
}
