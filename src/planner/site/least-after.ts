/** Kept from call to call; grows as it is needed. */
let scratch = new Float64Array(1024);

/**
 * The least of the first `size` values that so many others are no more than: what stands at `place` in ascending order.
 * Partitions as a quicksort does, but only the part in which the place is.
 */
export function leastAfter(values: Float64Array, size: number, place: number): number {
  if (scratch.length < size) scratch = new Float64Array(2 * size);
  const all = scratch;
  for (let i = 0; i < size; i++) all[i] = values[i] as number;
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const pivot = middleOf(all[low] as number, all[(low + high) >> 1] as number, all[high] as number);
    let i = low;
    let j = high;
    while (i <= j) {
      while ((all[i] as number) < pivot) i++;
      while ((all[j] as number) > pivot) j--;
      if (i > j) break;
      const other = all[i] as number;
      all[i++] = all[j] as number;
      all[j--] = other;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return all[place] as number;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
