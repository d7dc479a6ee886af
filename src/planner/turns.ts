/**
 * The starts, or the stops, that schedules may have, found from the window's end on backwards. Each has the least value of
 * what follows it. Those that can follow one and the same turn share a key: of starts, what is left to charge, as waiting
 * leaves it; of stops, that plus the time, as charging leaves the sum. Times are ms from the lattice's first edge.
 */
export interface Turns {
  count: number;
  /** By turn, latest first: its time, the index of its key, its value, and the next later turn of that key (-1: none). */
  atMs: Float64Array;
  keyOf: Int32Array;
  value: Float64Array;
  next: Int32Array;
  /** So many turns are far enough away to follow one where the search is. */
  ready: number;
  /** By index: the key, the least value of its turns that are ready, and its earliest turn. */
  readonly keys: number[];
  readonly best: number[];
  readonly earliest: number[];
  readonly indexOf: Map<number, number>;
  /** Indexes of keys by what those leave beside whole cells. */
  readonly leaving: Map<number, number[]>;
  unitMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const ROOM = 256;

export function newTurns(): Turns {
  return {
    count: 0,
    atMs: new Float64Array(ROOM),
    keyOf: new Int32Array(ROOM),
    value: new Float64Array(ROOM),
    next: new Int32Array(ROOM),
    ready: 0,
    keys: [],
    best: [],
    earliest: [],
    indexOf: new Map(),
    leaving: new Map(),
    unitMs: 1,
  };
}

export function clear(turns: Turns, unitMs: number): void {
  turns.count = 0;
  turns.ready = 0;
  turns.keys.length = 0;
  turns.best.length = 0;
  turns.earliest.length = 0;
  turns.indexOf.clear();
  turns.leaving.clear();
  turns.unitMs = unitMs;
}

/** The index of a key, which is added where it is new. */
export function indexFor(turns: Turns, key: number): number {
  return turns.indexOf.get(key) ?? addKey(turns, key);
}

/** Adds a turn earlier than all others and gives its number; -1 where one that is ready has a value below `most`. */
export function addTurn(turns: Turns, atMs: number, index: number, value: number, most: number): number {
  if ((turns.best[index] as number) < most) return -1;
  if (turns.count === turns.atMs.length) grow(turns);
  const id = turns.count++;
  turns.atMs[id] = atMs;
  turns.keyOf[id] = index;
  turns.value[id] = value;
  turns.next[id] = turns.earliest[index] as number;
  turns.earliest[index] = id;
  return id;
}

/** From here on turns at `fromMs` and later are ready. */
export function makeReady(turns: Turns, fromMs: number): void {
  const { atMs, keyOf, value, best, count } = turns;
  while (turns.ready < count && (atMs[turns.ready] as number) >= fromMs) {
    const index = keyOf[turns.ready] as number;
    if ((value[turns.ready] as number) < (best[index] as number)) best[index] = value[turns.ready] as number;
    turns.ready++;
  }
}

/** The least value of the turns of a key that are ready; Infinity where there is none. */
export function bestOf({ indexOf, best }: Turns, key: number): number {
  const index = indexOf.get(key);
  return index === undefined ? NEVER : (best[index] as number);
}

/** The number of the earliest turn of a key; -1 where there is none. */
export function earliestOf({ indexOf, earliest }: Turns, key: number): number {
  const index = indexOf.get(key);
  return index === undefined ? -1 : (earliest[index] as number);
}

function addKey(turns: Turns, key: number): number {
  const index = turns.keys.length;
  turns.indexOf.set(key, index);
  turns.keys.push(key);
  turns.best.push(NEVER);
  turns.earliest.push(-1);
  const leaves = key % turns.unitMs;
  const alike = turns.leaving.get(leaves);
  if (alike === undefined) turns.leaving.set(leaves, [index]);
  else alike.push(index);
  return index;
}

function grow(turns: Turns): void {
  const room = 2 * turns.atMs.length;
  const { atMs, value, keyOf, next } = turns;
  turns.atMs = new Float64Array(room);
  turns.atMs.set(atMs);
  turns.value = new Float64Array(room);
  turns.value.set(value);
  turns.keyOf = new Int32Array(room);
  turns.keyOf.set(keyOf);
  turns.next = new Int32Array(room);
  turns.next.set(next);
}
