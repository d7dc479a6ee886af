import type { OverviewRow } from '../../data/types.ts';

/**
 * The car to show first: one that charges, else the one that will soonest. The one that is shown stays as long as
 * it is plugged in and has something to show, so that nothing jumps.
 */
export function featuredOf(
  rows: readonly OverviewRow[],
  shownId: string | null,
  nowMs: number,
): OverviewRow | null {
  const ranked = rows
    .map((row) => ({ row, startMs: nextStartMs(row, nowMs) }))
    .filter(({ startMs }) => startMs !== null)
    .sort((one, other) => (one.startMs ?? 0) - (other.startMs ?? 0));
  const shown = ranked.find(({ row }) => row.session.id === shownId);
  return (shown ?? ranked[0])?.row ?? null;
}

/** When its running or next block begins; null where there is none. */
function nextStartMs({ session }: OverviewRow, nowMs: number): number | null {
  const starts = session.blocks
    .filter(({ endAt }) => Date.parse(endAt) > nowMs)
    .map(({ startAt }) => Date.parse(startAt));
  return starts.length === 0 ? null : Math.min(...starts);
}
