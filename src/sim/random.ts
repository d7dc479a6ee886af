/** A source of numbers in [0, 1), the same for the same key on every machine. */
export type Random = () => number;

/**
 * Chance for one thing of a seeded world: `randomFor(seed, 'car', 3, day)` always gives the same numbers, whatever
 * was drawn for other things before. (Key hashed by FNV-1a, numbers by mulberry32.)
 */
export function randomFor(...key: readonly (string | number)[]): Random {
  let state = hash(key.join('\u0000'));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number in [least, most). */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** A number spread like a bell around 0: the sum of four draws, of standard deviation 1, within ±3.5. */
export function bell(random: Random): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}
