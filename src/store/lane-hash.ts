import { createHash } from 'node:crypto';

const HASH_BYTES = 8;

/** What shows in the log of steps that a repeated step left the very same lane. @param text the lane as JSON. */
export function laneHash(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, HASH_BYTES);
}
