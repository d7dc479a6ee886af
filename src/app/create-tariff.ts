import { insertTariff, type Tariff } from '../store/tariffs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** A tariff without rates; the same one again changes nothing, another under its id is refused. */
export async function createTariff(
  deps: Deps,
  clientId: string,
  wanted: Pick<Tariff, 'id' | 'direction' | 'currency'>,
): Promise<Result<{ readonly isNew: boolean; readonly tariff: Tariff }>> {
  return decide(deps.database, async (tx) => {
    const { isNew, tariff } = await insertTariff(tx, clientId, wanted, deps.clock.nowMs());
    if (tariff === null) return no('not-found', `There is no tariff ${wanted.id}.`);
    if (tariff.direction !== wanted.direction || tariff.currency !== wanted.currency) {
      const detail = `There is a tariff ${wanted.id} already, for ${tariff.direction} in ${tariff.currency}.`;
      return no('conflict', detail);
    }
    return yes({ isNew, tariff });
  });
}
