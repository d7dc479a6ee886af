import type { Rate } from '../domain/price-series.ts';
import { appendPricesChanged } from '../store/price-changes.ts';
import { type Tariff, writeRates } from '../store/tariffs.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** New rates of a tariff: replaces [values[0].atMs, toMs), and re-plans every open session that they touch. */
export async function writeTariff(
  deps: Deps,
  clientId: string,
  tariffId: string,
  values: readonly Rate[],
  toMs: number,
): Promise<Result<Tariff>> {
  const nowMs = deps.clock.nowMs();
  return decide(deps.database, async (tx) => {
    const tariff = await writeRates(tx, { clientId, tariffId, values, toMs, nowMs });
    if (tariff === null) return no('not-found', `There is no tariff ${tariffId}.`);
    await appendPricesChanged(tx, { kind: 'tariff', clientId, tariffId }, nowMs);
    return yes(tariff);
  });
}
