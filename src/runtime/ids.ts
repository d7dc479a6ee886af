import type { Clock } from './clock.ts';

export interface IdSource extends Clock {
  /** As node:crypto's, or from a seed. */
  randomBytes(count: number): Uint8Array;
}

const COUNTER_MAX = 0xfff;

/**
 * A maker of UUIDs of version 7 (RFC 9562, 5.7): each sorts after the one before, also within one millisecond and
 * when the clock goes back. The 12 bits after the time count up from a random start (RFC 9562, 6.2, method 1); when
 * they run out, the time in the id runs ahead.
 */
export function makeUuidv7({ nowMs, randomBytes }: IdSource): () => string {
  let lastMs = -1;
  let counter = 0;

  return () => {
    const bytes = randomBytes(10);
    const atMs = nowMs();
    if (atMs > lastMs) {
      lastMs = atMs;
      // The highest bit stays 0: there is always room for 2,048 ids.
      counter = ((byteAt(bytes, 8) & 0x07) << 8) | byteAt(bytes, 9);
    } else if (counter < COUNTER_MAX) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
    const variant = 0x80 | (byteAt(bytes, 0) & 0x3f);
    const random = Array.from(bytes.subarray(1, 8), hexOf).join('');
    const time = lastMs.toString(16).padStart(12, '0');
    const tail = hexOf(variant) + random;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
