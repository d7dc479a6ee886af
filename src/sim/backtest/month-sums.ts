import type { MonthRow } from './report.ts';
import type { Tallied } from './tally.ts';

/** Sums by local month, added to in place. */
export type MonthSums = Map<string, { -readonly [Field in keyof MonthRow]: MonthRow[Field] }>;

export function addToMonth(sums: MonthSums, { month, replayed, reference }: Tallied): void {
  const row = sums.get(month) ?? {
    month,
    sessions: 0,
    kwh: 0,
    costActual: 0,
    atOnce: 0,
    replanned: 0,
    perfectForesight: 0,
  };
  row.sessions += 1;
  row.kwh += replayed.meterWh / 1000;
  row.costActual += replayed.cost;
  row.atOnce += reference.atOnce;
  row.replanned += reference.replanned;
  row.perfectForesight += reference.perfectForesight;
  sums.set(month, row);
}

/** Ascending. */
export function monthRows(sums: MonthSums): MonthRow[] {
  return [...sums.values()].sort((one, other) => one.month.localeCompare(other.month));
}
