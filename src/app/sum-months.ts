import { monthsBetween } from '../domain/months.ts';
import type { SettledFilter } from '../store/session-filters.ts';
import { readSettledSpan, type SettledSum, sumSettled } from '../store/settled-totals.ts';
import type { Deps } from './deps.ts';

/** What the settled sessions of a filter came to in each month of a time zone, the newest first. */
export async function sumMonths(
  { database }: Pick<Deps, 'database'>,
  clientId: string,
  filter: SettledFilter,
  timezoneName: string,
): Promise<(SettledSum & { readonly month: string })[]> {
  return database.transaction(
    async (tx) => {
      const span = await readSettledSpan(tx, clientId, filter);
      if (span === null) return [];
      const months = monthsBetween(timezoneName, span.firstMs, span.lastMs);
      const sums = await sumSettled(
        tx,
        clientId,
        filter,
        months.map(({ startAtMs }) => startAtMs),
      );
      return sums.map((sum) => ({ ...sum, month: months[sum.index]?.name ?? '' }));
    },
    // What settles in between must not be beyond the last month.
    { isolation: 'repeatable read', isReadOnly: true },
  );
}
