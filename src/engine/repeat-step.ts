import { advanceTogether } from './advance-together.ts';
import type { Advance, LaneInput, LocationPrices } from './contract.ts';
import type { Lane } from './lane.ts';

/** A lane of a logged step: as it was before, and what it was given. */
export interface LoggedMove {
  readonly lane: Lane;
  /** In the order in which they were taken in. */
  readonly inputs: readonly LaneInput[];
  /** What it saw, by location id; null where the location had none. */
  readonly prices: ReadonlyMap<string, LocationPrices | null>;
  /** In the order in which they were given; null where they are not known, as of a step that left nothing. */
  readonly givenIds: readonly string[] | null;
}

/** What a lane made of its step this time, and where it asked for something else than what was logged. */
export interface RepeatedMove {
  readonly result: Advance;
  /** Ids that it asked for, where that is not as many as were given. */
  readonly idCount: { readonly given: number; readonly asked: number } | null;
  /** Locations whose prices it asked for now and not then. */
  readonly unseenLocationIds: readonly string[];
}

/**
 * Does a logged step again, alone or together with others: nothing is sorted, made up or looked up, all of it is from
 * the log. Pure, as `advanceTogether` is: the same log gives the same lanes, to the byte.
 * @param standing lanes that stood there without a step. @param atMs when the step was taken, as logged.
 */
export function repeatStep(
  moves: readonly LoggedMove[],
  standing: readonly Lane[],
  atMs: number,
): readonly RepeatedMove[] {
  const given = moves.map(({ lane, inputs, prices, givenIds }) => {
    const asked = { ids: 0, unseen: new Set<string>() };
    const context = {
      newId: (): string => {
        const id = givenIds?.[asked.ids] ?? UNKNOWN_ID;
        asked.ids += 1;
        return id;
      },
      pricesAt: (locationId: string): LocationPrices | null => {
        if (!prices.has(locationId)) asked.unseen.add(locationId);
        return prices.get(locationId) ?? null;
      },
    };
    return { moved: { lane, inputs, context }, asked };
  });
  const results = advanceTogether(
    given.map(({ moved }) => moved),
    standing,
    atMs,
  );
  return results.flatMap((result, index): RepeatedMove[] => {
    const [move, asked] = [moves[index], given[index]?.asked];
    if (move === undefined || asked === undefined) return [];
    const { givenIds } = move;
    const isSame = givenIds === null || givenIds.length === asked.ids;
    return [
      {
        result,
        idCount: isSame ? null : { given: givenIds.length, asked: asked.ids },
        unseenLocationIds: [...asked.unseen],
      },
    ];
  });
}

const UNKNOWN_ID = '00000000-0000-0000-0000-000000000000';
