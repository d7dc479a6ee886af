/** What is to be done later, in order of time; at one instant in the order of adding. */
export interface Queue {
  add(atMs: number, work: () => Promise<void> | void): void;
  /** Null where nothing is left. */
  nextAtMs(): number | null;
  /** Takes out all that is due, earliest first. */
  takeDue(nowMs: number): (() => Promise<void> | void)[];
}

interface Item {
  readonly atMs: number;
  readonly number: number;
  readonly work: () => Promise<void> | void;
}

export function createQueue(): Queue {
  /** A binary heap: each item comes before its two children. */
  const heap: Item[] = [];
  let added = 0;

  function isBefore(one: Item | undefined, other: Item | undefined): boolean {
    if (one === undefined || other === undefined) return one !== undefined;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
  }

  function swap(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return;
    heap[one] = second;
    heap[other] = first;
  }

  function sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[at])) return;
      swap(at, child);
      at = child;
    }
  }

  return {
    add(atMs, work) {
      added += 1;
      heap.push({ atMs, number: added, work });
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!isBefore(heap[at], heap[parent])) return;
        swap(at, parent);
        at = parent;
      }
    },
    nextAtMs: () => heap[0]?.atMs ?? null,
    takeDue(nowMs) {
      const due = [];
      for (let first = heap[0]; first !== undefined && first.atMs <= nowMs; first = heap[0]) {
        due.push(first.work);
        swap(0, heap.length - 1);
        heap.pop();
        sink();
      }
      return due;
    },
  };
}
