/** Places of numbers (whole, up to 2^53), forgotten all at once: a hash table that keeps its memory. */
export class KeyIndex {
  private keys = new Float64Array(1024);
  private places = new Int32Array(1024);
  /** A slot counts only where its round is the present one. */
  private rounds = new Int32Array(1024);
  private round = 1;
  private size = 0;

  clear(): void {
    this.round++;
    this.size = 0;
  }

  /** The place of a key; `place` if it is new, and from now on. */
  place(key: number, place: number): number {
    if (2 * this.size >= this.keys.length) this.grow();
    const mask = this.keys.length - 1;
    let slot = hash(key) & mask;
    while (this.rounds[slot] === this.round) {
      if (this.keys[slot] === key) return this.places[slot] as number;
      slot = (slot + 1) & mask;
    }
    this.keys[slot] = key;
    this.places[slot] = place;
    this.rounds[slot] = this.round;
    this.size++;
    return place;
  }

  private grow(): void {
    const { keys, places, rounds, round } = this;
    this.keys = new Float64Array(2 * keys.length);
    this.places = new Int32Array(2 * keys.length);
    this.rounds = new Int32Array(2 * keys.length);
    this.round = 1;
    this.size = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (rounds[slot] === round) this.place(keys[slot] as number, places[slot] as number);
    }
  }
}

function hash(key: number): number {
  const high = Math.floor(key / 4294967296);
  let x = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  x ^= x >>> 15;
  return x;
}
