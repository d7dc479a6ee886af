import { expect, it } from 'vitest';
import { HOUR_MS } from '../domain/units.ts';
import { between, randomFor } from '../sim/random.ts';
import { insertLocation, setLocationFormula } from './locations.ts';
import { readPastPrices } from './past-prices.ts';
import { appendReferencePrices, loadLocationPrices, type ResolvedPrices } from './prices.ts';
import { insertTariff, writeRates } from './tariffs.ts';
import { describeOnDatabases } from './testing/databases.ts';

const CLIENT = '11111111-0000-4000-8000-000000000000';
const LOCATION = '33333333-0000-4000-8000-000000000001';
const START_MS = Date.UTC(2026, 0, 5);
const WRITES = 40;

describeOnDatabases('prices of the past', (database) => {
  it('are made again as they were read, whatever was written and set since', async () => {
    const random = randomFor('past prices');
    const hour = (): number => Math.floor(between(random, 0, 30));
    const location = {
      id: LOCATION,
      userId: 'u',
      version: 1,
      name: 'Home',
      latitude: 0,
      longitude: 0,
      timezoneName: 'Etc/UTC',
      zone: 'NO1',
      area: null,
      maxPowerKw: null,
      chargerPowerKw: null,
    };
    const seen: ResolvedPrices[] = [];
    const look = async (): Promise<void> => {
      const key = { clientId: CLIENT, locationId: LOCATION };
      const [fromMs, toMs] = [START_MS + 3.5 * HOUR_MS, START_MS + 25.25 * HOUR_MS];
      const found = await loadLocationPrices(database(), [key], fromMs, toMs);
      const prices = found.get(`${CLIENT}/${LOCATION}`);
      if (prices != null) seen.push(prices);
    };
    await insertLocation(database(), CLIENT, location, START_MS);
    await insertTariff(database(), CLIENT, { id: 'grid', direction: 'import', currency: 'EUR' }, START_MS);
    await look();
    for (let write = 0; write < WRITES; write++) {
      const fromMs = START_MS + hour() * HOUR_MS;
      const toMs = fromMs + (1 + hour() / 3) * HOUR_MS;
      const values = [
        { atMs: fromMs, rate: random() - 0.1 },
        { atMs: (fromMs + toMs) / 2, rate: random() / 3 },
      ];
      const nowMs = START_MS;
      // The client's own series of the zone begins half way.
      const tariffId = write % 3 === 0 ? 'grid' : 'zone:NO1';
      if (write === WRITES / 2) {
        await insertTariff(
          database(),
          CLIENT,
          { id: 'zone:NO1', direction: 'import', currency: 'EUR' },
          nowMs,
        );
      }
      if (tariffId === 'zone:NO1' && write < WRITES / 2) {
        await database().transaction((tx) => appendReferencePrices(tx, 'NO1', 'EUR', values, toMs, nowMs));
      } else {
        await writeRates(database(), { clientId: CLIENT, tariffId, values, toMs, nowMs });
      }
      if (write % 10 === 5) {
        const formula = { formula: `spot * ${write} + grid`, variables: { spot: 'zone:NO1', grid: 'grid' } };
        await setLocationFormula(database(), CLIENT, LOCATION, 'import', formula);
      }
      await look();
    }
    expect(seen.length).toBeGreaterThan(WRITES / 2);
    expect(new Set(seen.map(({ slots }) => JSON.stringify(slots))).size).toBeGreaterThan(WRITES / 3);
    for (const { source, slots } of seen) {
      const stored = JSON.parse(JSON.stringify(source));
      expect(await readPastPrices(database(), CLIENT, stored)).toEqual(slots);
    }
  });

  it('are none where a write of them is gone', async () => {
    const source = {
      currency: 'EUR',
      fromMs: START_MS,
      toMs: START_MS + HOUR_MS,
      formula: null,
      series: [{ name: null, tariffId: 'grid', isReference: false, version: 5 }],
    };
    expect(await readPastPrices(database(), CLIENT, source)).not.toBeNull();
    await database().query("delete from tariff_writes where tariff_id = 'grid' and version = 2");
    expect(await readPastPrices(database(), CLIENT, source)).toBeNull();
    const never = { ...source, series: [{ name: null, tariffId: 'none', isReference: false, version: 0 }] };
    expect(await readPastPrices(database(), CLIENT, never)).toEqual([]);
  });
});
