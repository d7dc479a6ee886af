import { describe, expect, it } from 'vitest';
import { readPricesCsv } from './prices-csv.ts';
import { referenceCosts } from './reference.ts';
import { readSessionsCsv } from './sessions-csv.ts';
import { hasRealData, realFile } from './testing/real-data.ts';
import { priceSession } from './usable-sessions.ts';

/** The published replay of real sessions on real prices; the re-planned column is ours, agreed on separately. */
const TABLE: readonly (readonly [string, string, number, number, number, readonly number[]])[] = [
  // prices, zone, weeks, sessions, kWh, [at once, late, planned once, re-planned, foresight]
  [
    'dk1_2023-2024_60min',
    'Europe/Copenhagen',
    208,
    17_396,
    221_801,
    [19_387.6, 18_095.08, 14_529.66, 14_376, 14_299.95],
  ],
  [
    'de-lu_2023-2024_60min',
    'Europe/Berlin',
    208,
    17_380,
    221_606,
    [21_233.43, 19_829.44, 15_851.91, 15_677, 15_586.26],
  ],
  [
    'se3_2024-2025_60min-then-15min',
    'Europe/Stockholm',
    261,
    17_453,
    222_122,
    [9_454.46, 9_341.49, 6_110.13, 6_006, 5_956.23],
  ],
  [
    'us-caiso-np15_2023_60min',
    'America/Los_Angeles',
    208,
    12_634,
    160_497,
    [10_906.13, 9_739.02, 8_524.51, 8_489, 8_466],
  ],
];

describe.skipIf(!hasRealData)('the reference table on real data (skipped where the data is absent)', () => {
  it.each(TABLE)('%s', async (file, timezone, weeks, sessions, kwh, columns) => {
    const prices = await readPricesCsv(realFile(`prices/${file}.csv`));
    const sums = [0, 0, 0, 0, 0];
    let count = 0;
    let energyKwh = 0;
    for await (const row of readSessionsCsv(
      realFile('sessions/norway_residential_sessions.csv'),
      timezone,
      weeks,
    )) {
      const priced = priceSession(row, prices.slots);
      if ('skipped' in priced) continue;
      const { session, slots } = priced;
      const costs = referenceCosts(
        { ...session, readyByMs: session.pluggedOutAtMs, slots },
        { timezone, time: '13:00' },
      );
      count += 1;
      energyKwh += session.energyKwh;
      const row5 = [
        costs.atOnce,
        costs.asLateAsPossible,
        costs.plannedOnce,
        costs.replanned,
        costs.perfectForesight,
      ];
      for (const [index, cost] of row5.entries()) sums[index] = (sums[index] ?? 0) + cost;
    }
    expect(count).toBe(sessions);
    expect(Math.round(energyKwh)).toBe(kwh);
    // The published figures are whole cents; the re-planned column is known to the whole euro.
    expect(sums.map((sum, index) => (index === 3 ? Math.round(sum) : Math.round(sum * 100) / 100))).toEqual(
      columns,
    );
  });
});
