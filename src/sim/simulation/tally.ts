import { FAULTS, type Fault } from './faults.ts';

const COUNTED = [
  'readings',
  'readings known already',
  'requests of people',
  'settled sessions',
  'events',
  'commands',
  'deliveries',
  'replays',
] as const;
type Counted = (typeof COUNTED)[number];

/** What happened in a world, by name. */
export interface Tally {
  counted(what: Counted, by?: number): void;
  happened(fault: Fault): void;
  counts(): Readonly<Record<Counted, number>>;
  /** The faults that really happened, in the order of the list. */
  faults(): Readonly<Partial<Record<Fault, number>>>;
}

export function createTally(): Tally {
  const counts = new Map<Counted, number>(COUNTED.map((what) => [what, 0]));
  const faults = new Map<Fault, number>();
  return {
    counted: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    happened: (fault) => void faults.set(fault, (faults.get(fault) ?? 0) + 1),
    counts: () => Object.fromEntries(counts) as Record<Counted, number>,
    faults: () =>
      Object.fromEntries(FAULTS.flatMap((fault) => (faults.has(fault) ? [[fault, faults.get(fault)]] : []))),
  };
}
