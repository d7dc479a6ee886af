import type { PriceSlot } from '../../domain/price.ts';
import { readCsv } from './csv.ts';

/** The prices of a market: per kWh, ascending and disjoint; a hole means that the source has no price. */
export interface PriceFile {
  readonly currency: string;
  readonly slots: readonly PriceSlot[];
}

/**
 * Reads `start_utc`, `end_utc` and one column `price_<currency>_per_mwh` (or `_per_kwh`). A row without a price
 * leaves a hole. Throws, naming file and row, on a time or price that cannot be read and on rows out of order.
 */
export async function readPricesCsv(file: string): Promise<PriceFile> {
  let priceColumn: PriceColumn | null = null;
  const slots: PriceSlot[] = [];
  let rowNumber = 1;
  for await (const row of readCsv(file, ['start_utc', 'end_utc'])) {
    rowNumber += 1;
    priceColumn ??= findPriceColumn(file, [...row.keys()]);
    const text = row.get(priceColumn.name) ?? '';
    if (text === '') continue;
    const slot: PriceSlot = {
      startAtMs: Date.parse(row.get('start_utc') ?? ''),
      endAtMs: Date.parse(row.get('end_utc') ?? ''),
      price: Number(text) / priceColumn.unitKwh,
      provenance: 'known',
    };
    const bad = badCell(slot, priceColumn.name);
    if (bad !== null) {
      throw new Error(
        `${file}, row ${rowNumber}: ${bad.column} is "${row.get(bad.column) ?? ''}", expected ${bad.expected}`,
      );
    }
    const previous = slots.at(-1);
    if (previous !== undefined && slot.startAtMs < previous.endAtMs) {
      throw new Error(`${file}, row ${rowNumber}: begins before the row above it ends`);
    }
    slots.push(slot);
  }
  if (priceColumn === null || slots.length === 0) throw new Error(`${file}: expected at least one price`);
  return { currency: priceColumn.currency, slots };
}

function badCell(
  { startAtMs, endAtMs, price }: PriceSlot,
  priceColumn: string,
): { readonly column: string; readonly expected: string } | null {
  const instant = 'an instant such as 2026-01-05T17:00:00Z';
  if (Number.isNaN(startAtMs)) return { column: 'start_utc', expected: instant };
  if (Number.isNaN(endAtMs)) return { column: 'end_utc', expected: instant };
  if (endAtMs <= startAtMs) return { column: 'end_utc', expected: 'an instant after start_utc' };
  return Number.isFinite(price) ? null : { column: priceColumn, expected: 'a number such as 87.5' };
}

interface PriceColumn {
  readonly name: string;
  readonly currency: string;
  /** kWh that the price is for. */
  readonly unitKwh: number;
}

function findPriceColumn(file: string, names: readonly string[]): PriceColumn {
  for (const name of names) {
    const match = /^price_([a-z]{3})_per_([mk])wh$/.exec(name);
    if (match?.[1] !== undefined) {
      return { name, currency: match[1].toUpperCase(), unitKwh: match[2] === 'm' ? 1000 : 1 };
    }
  }
  throw new Error(`${file}: expected a column such as price_eur_per_mwh; the header has ${names.join(', ')}`);
}
