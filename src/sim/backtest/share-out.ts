import type { RecordedSession } from './sessions-csv.ts';

/** Sessions for one worker, in their order, each with its place among all. */
export interface Share {
  readonly places: readonly number[];
  readonly sessions: readonly RecordedSession[];
}

/** The sessions in at most `count` shares of about the same size, all of a user in one; none of them is empty. */
export function shareOut(sessions: readonly RecordedSession[], count: number): Share[] {
  const placesByUser = new Map<string, number[]>();
  for (const [place, { userId }] of sessions.entries()) {
    const places = placesByUser.get(userId);
    if (places === undefined) placesByUser.set(userId, [place]);
    else places.push(place);
  }
  const shares: number[][] = Array.from({ length: count }, () => []);
  // The busiest users first, each to the share that has the least.
  for (const places of [...placesByUser.values()].sort((one, other) => other.length - one.length)) {
    const smallest = shares.reduce((least, share) => (share.length < least.length ? share : least));
    smallest.push(...places);
  }
  return shares.filter((places) => places.length > 0).map((places) => shareOf(places, sessions));
}

function shareOf(places: number[], sessions: readonly RecordedSession[]): Share {
  const inOrder = places.sort((one, other) => one - other);
  return {
    places: inOrder,
    sessions: inOrder.flatMap((place) => sessions[place] ?? []),
  };
}
