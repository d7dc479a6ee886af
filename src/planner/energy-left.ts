import { takeNumbers } from './numbers.ts';
import type { ScheduleTask } from './schedule.ts';

/** The energy left for a time left to charge, kWh, each looked up once. */
export type EnergyLeft = (restMs: number) => number;

/** Only until numbers are released. Times asked for differ by whole cells, but for a few remainders: a table for each of these. */
export function energyLeft({ restKwh, needMs }: ScheduleTask, unitMs: number): EnergyLeft {
  const tables = new Map<number, Float64Array>();
  const size = Math.floor(needMs / unitMs) + 2;
  let lastRemainder = -1;
  let lastTable = takeNumbers(0);
  return (restMs) => {
    const remainder = restMs % unitMs;
    if (remainder !== lastRemainder) {
      let table = tables.get(remainder);
      if (table === undefined) {
        table = takeNumbers(size).fill(-1);
        tables.set(remainder, table);
      }
      lastTable = table;
      lastRemainder = remainder;
    }
    const i = (restMs - remainder) / unitMs;
    let kwh = lastTable[i] as number;
    if (kwh < 0) {
      kwh = restKwh(restMs);
      lastTable[i] = kwh;
    }
    return kwh;
  };
}
