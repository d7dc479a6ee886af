let room = new Float64Array(1 << 15);
let taken = 0;

/** Numbers handed out before are free to be handed out again: a schedule is made in one go, and keeps none of them. */
export function releaseNumbers(): void {
  taken = 0;
}

/** Room for so many numbers, until the next release. What stands in it is left from before. */
export function takeNumbers(count: number): Float64Array {
  if (taken + count > room.length) {
    room = new Float64Array(Math.max(2 * room.length, count));
    taken = 0;
  }
  const from = taken;
  taken += count;
  return room.subarray(from, taken);
}
