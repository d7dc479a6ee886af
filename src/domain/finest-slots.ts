import type { PriceSlot } from './price.ts';

/**
 * One price for every instant, of slots that may overlap: markets and feeds give hours and quarter hours of the same
 * day side by side. The shortest slot that covers an instant and has a price holds there; without any it has none.
 * The result is ascending and disjoint. Null where two slots of one length overlap: which of them holds nobody said.
 */
export function finestSlots(slots: readonly PriceSlot[]): readonly PriceSlot[] | null {
  const sorted = [...slots].sort((a, b) => a.startAtMs - b.startAtMs || lengthOf(a) - lengthOf(b));
  if (areDisjoint(sorted)) return sorted;
  const edgesMs = [...new Set(sorted.flatMap(({ startAtMs, endAtMs }) => [startAtMs, endAtMs]))];
  edgesMs.sort((a, b) => a - b);
  const result: PriceSlot[] = [];
  let first = 0;
  for (const [index, startAtMs] of edgesMs.entries()) {
    const endAtMs = edgesMs[index + 1] ?? startAtMs;
    while ((sorted[first]?.endAtMs ?? Number.POSITIVE_INFINITY) <= startAtMs) first++;
    const found = finestAt(sorted, first, startAtMs);
    if (found === 'ambiguous') return null;
    if (found === null || endAtMs <= startAtMs) continue;
    const last = result.at(-1);
    if (last?.endAtMs === startAtMs && last.price === found.price && last.provenance === found.provenance) {
      result[result.length - 1] = { ...last, endAtMs };
    } else {
      result.push({ ...found, startAtMs, endAtMs });
    }
  }
  return result;
}

function finestAt(sorted: readonly PriceSlot[], first: number, atMs: number): PriceSlot | 'ambiguous' | null {
  let finest: PriceSlot | null = null;
  const lengths = new Set<number>();
  for (let i = first; i < sorted.length; i++) {
    const slot = sorted[i];
    if (slot === undefined || slot.startAtMs > atMs) break;
    if (slot.endAtMs <= atMs) continue;
    if (lengths.has(lengthOf(slot))) return 'ambiguous';
    lengths.add(lengthOf(slot));
    if (finest === null || isBetter(slot, finest)) finest = slot;
  }
  return finest;
}

function isBetter(slot: PriceSlot, than: PriceSlot): boolean {
  if ((slot.price === null) !== (than.price === null)) return than.price === null;
  return lengthOf(slot) < lengthOf(than);
}

function areDisjoint(sorted: readonly PriceSlot[]): boolean {
  return sorted.every((slot, i) => slot.endAtMs <= (sorted[i + 1]?.startAtMs ?? slot.endAtMs));
}

function lengthOf({ startAtMs, endAtMs }: PriceSlot): number {
  return endAtMs - startAtMs;
}
