import { between, randomFor } from '../random.ts';

/** What is killed: `postmaster` leaves its children behind, the others leave nothing. */
export const VICTIMS = ['service', 'postgres', 'both', 'postmaster'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Round {
  readonly number: number;
  readonly victim: Victim;
  /** From the first acknowledged reading after the last crash to the kill. */
  readonly afterMs: number;
  /** Who is killed first of both. */
  readonly isServiceFirst: boolean;
  /** Before anybody starts again what has to be started by hand. */
  readonly downMs: number;
  /** The start is killed too, so long after it began; null in most rounds. */
  readonly againAfterMs: number | null;
}

/** Every victim comes in each four rounds, in an order of chance; a given list is gone through in its own order. */
export function planRound(seed: number, number: number, victims: readonly Victim[] | null): Round {
  const random = randomFor(seed, 'round', number);
  const victim = victims === null ? victimOf(seed, number) : victims[(number - 1) % victims.length];
  const afterMs = Math.round(between(random, 0, 55) ** 2);
  const isServiceFirst = random() < 0.5;
  const downMs = random() < 0.5 ? 0 : Math.round(between(random, 0, 1_500));
  const againAfterMs = random() < 0.35 ? Math.round(between(random, 20, 900)) : null;
  return { number, victim: victim ?? 'service', afterMs, isServiceFirst, downMs, againAfterMs };
}

function victimOf(seed: number, number: number): Victim | undefined {
  const random = randomFor(seed, 'victims', Math.floor((number - 1) / VICTIMS.length));
  const order = VICTIMS.map((victim) => ({ victim, place: random() })).sort(
    (one, other) => one.place - other.place,
  );
  return order[(number - 1) % VICTIMS.length]?.victim;
}
