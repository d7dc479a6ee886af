import { beforeAll, expect, it } from 'vitest';
import type { Location } from '../domain/location.ts';
import type { PriceSlot } from '../domain/price.ts';
import { HOUR_MS } from '../domain/units.ts';
import type { Query } from './database.ts';
import { insertLocation, setLocationFormula } from './locations.ts';
import { appendReferencePrices, loadLocationPrices } from './prices.ts';
import { insertTariff, writeRates } from './tariffs.ts';
import { describeOnDatabases } from './testing/databases.ts';

const CLIENT = '11111111-0000-4000-8000-000000000000';
const OTHER = '22222222-0000-4000-8000-000000000000';
const START_MS = Date.parse('2025-06-10T00:00:00Z');
const at = (hour: number): number => START_MS + hour * HOUR_MS;
const uuidOf = (number: number): string => `33333333-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** `0-2 0.1`: hours and price of each slot. */
function drawn(slots: readonly PriceSlot[] | undefined): string | undefined {
  const hour = (ms: number) => (ms - START_MS) / HOUR_MS;
  return slots
    ?.map((slot) => `${hour(slot.startAtMs)}-${hour(slot.endAtMs)} ${slot.price ?? '-'}`)
    .join(' | ');
}

describeOnDatabases('prices of locations', (database) => {
  beforeAll(async () => {
    await database().transaction(async (tx) => {
      for (const [number, clientId, zone] of [
        [1, CLIENT, 'NO1'],
        [2, CLIENT, 'NO1'],
        [3, OTHER, 'NO1'],
        [4, CLIENT, 'NO9'],
        [5, CLIENT, null],
        [6, OTHER, null],
      ] as const) {
        await insertLocation(tx, clientId, location(uuidOf(number), zone), START_MS);
      }
      await appendReferencePrices(
        tx,
        'NO1',
        'NOK',
        [
          { atMs: at(0), rate: 1 },
          { atMs: at(2), rate: 2 },
        ],
        at(24),
        START_MS,
      );
      await insertTariff(tx, OTHER, { id: 'zone:NO1', direction: 'import', currency: 'EUR' }, START_MS);
      await writeRates(tx, {
        clientId: OTHER,
        tariffId: 'zone:NO1',
        values: [{ atMs: at(1), rate: 0.5 }],
        toMs: at(3),
        nowMs: START_MS,
      });
      await setLocationFormula(tx, CLIENT, uuidOf(5), 'import', {
        formula: 'spot / 4',
        variables: { spot: 'zone:NO1' },
      });
      await setLocationFormula(tx, OTHER, uuidOf(6), 'import', {
        formula: 'spot * 2 +',
        variables: { spot: 'zone:NO1' },
      });
    });
  });

  it('resolves each location by itself, and shares what is the same', async () => {
    const keys = [
      ...[1, 2, 4, 5].map((number) => ({ clientId: CLIENT, locationId: uuidOf(number) })),
      ...[3, 6, 1].map((number) => ({ clientId: OTHER, locationId: uuidOf(number) })),
    ];
    const prices = await loadLocationPrices(database(), keys, at(1), at(4));
    const of = (clientId: string, number: number) => prices.get(`${clientId}/${uuidOf(number)}`);
    expect(prices.size).toBe(keys.length);
    expect(drawn(of(CLIENT, 1)?.slots)).toBe('1-2 1 | 2-4 2');
    expect(of(CLIENT, 1)).toMatchObject({
      currency: 'NOK',
      source: {
        formula: null,
        series: [{ name: null, tariffId: 'zone:NO1', isReference: true, version: 1 }],
      },
    });
    expect(of(CLIENT, 2)?.slots).toBe(of(CLIENT, 1)?.slots);
    expect(of(CLIENT, 4)).toBeNull();
    expect(drawn(of(CLIENT, 5)?.slots)).toBe('1-2 0.25 | 2-4 0.5');
    expect(drawn(of(OTHER, 3)?.slots)).toBe('1-3 0.5');
    expect(of(OTHER, 3)).toMatchObject({
      currency: 'EUR',
      source: { series: [{ tariffId: 'zone:NO1', isReference: false, version: 1 }] },
    });
    expect(of(OTHER, 6)).toBeNull();
    expect(of(OTHER, 1)).toBeNull();
  });

  it('asks three times, however many locations', async () => {
    let count = 0;
    const counting: Query = {
      query: (...given) => {
        count += 1;
        return database().query(...given);
      },
    };
    const keys = Array.from({ length: 2000 }, (_none, index) => ({
      clientId: CLIENT,
      locationId: uuidOf(index),
    }));
    const prices = await loadLocationPrices(counting, keys, at(0), at(24));
    expect(prices.size).toBe(2000);
    expect(count).toBe(3);
  });
});

function location(id: string, zone: string | null): Location {
  return {
    id,
    userId: 'u',
    version: 1,
    name: 'Home',
    latitude: 0,
    longitude: 0,
    timezoneName: 'Etc/UTC',
    zone,
    area: null,
    maxPowerKw: null,
    chargerPowerKw: null,
  };
}
