import { describe, expect, test } from 'vitest';
import type { PriceSlot } from '../domain/price.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { PlanBlock } from '../planner/problem.ts';
import { historyWords } from '../wire/history-words.ts';
import type { LocationPrices } from './contract.ts';
import type { StoredPlan } from './lane.ts';
import { type Bench, benchOf, NIGHT_TARIFF, NOON_MS, policyOf } from './testing/bench.ts';
import { whyTheseHours } from './why-hours.ts';

const block = (fromHour: number, toHour: number): PlanBlock => ({
  type: 'REGULAR',
  startAtMs: fromHour * HOUR_MS,
  endAtMs: toHour * HOUR_MS,
  energyWh: 0,
  cost: 0,
});

/** An hour a letter: a digit is a known price, f a forecast of 3, a dot is none. */
const slotsOf = (row: string): PriceSlot[] =>
  [...row].map((letter, hour) => ({
    startAtMs: hour * HOUR_MS,
    endAtMs: (hour + 1) * HOUR_MS,
    price: letter === '.' ? null : letter === 'f' ? 3 : Number(letter),
    provenance: letter === '.' ? 'none' : letter === 'f' ? 'forecast' : 'known',
  }));

const AVOIDED = { startAtMs: 4 * HOUR_MS, endAtMs: 6 * HOUR_MS };

describe('why a charge under way from hour 0 on goes on in its hours, of eight', () => {
  test.each([
    ['1199', [block(0, 2)], [], 'CHARGING_PLANNED'],
    ['11999999', [block(0, 2)], [AVOIDED], 'CHARGING_IN_ALLOWED_HOUR'],
    ['99991111', [block(0, 2)], [], 'CHARGING_RUN_ON'],
    ['ff999999', [block(0, 2)], [], 'CHARGING_IN_FORECAST_HOUR'],
    ['3f999999', [block(0, 2)], [], 'CHARGING_IN_FORECAST_HOUR'],
    ['ff999999', [block(0, 2)], [AVOIDED], 'CHARGING_IN_FORECAST_HOUR'],
    ['......22', [block(0, 2), block(6, 8)], [], 'CHARGING_IN_UNPRICED_HOUR'],
    ['1.....22', [block(0, 2), block(6, 8)], [], 'CHARGING_IN_UNPRICED_HOUR'],
    ['.......2', [block(0, 2), block(7, 8)], [], 'CHARGING_IN_UNPRICED_HOUR'],
    ['......22', [block(0, 2)], [], 'CHARGING_RUN_ON'],
    ['....22..', [block(0, 2)], [AVOIDED], 'CHARGING_IN_UNPRICED_HOUR'],
  ])('%s', (row, blocks, avoided, code) => {
    const [running] = blocks;
    const stored = { plan: { blocks } } as unknown as StoredPlan;
    if (running === undefined) throw new Error('no block');
    const choice = { slots: slotsOf(row), avoided, nowMs: 0, untilMs: 8 * HOUR_MS };
    expect(whyTheseHours(stored, running, choice)).toBe(code);
  });
});

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;

function told(prices: LocationPrices): Bench {
  const bench = benchOf({ prices });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf() });
  return bench;
}

const lastWords = (bench: Bench): string | undefined =>
  bench.steps.flatMap(({ history }) => history.map((entry) => historyWords(entry))).at(-1);

describe('in words', () => {
  test('prices that came for two hours alone do not make the hours before them the cheapest', () => {
    const prices = { ...NIGHT_TARIFF, slots: [] as readonly PriceSlot[], version: 'none' };
    const bench = told(prices);
    bench.read(at(18), { ...ON, levelPercent: 40 });
    expect(lastWords(bench)).toBe('Plugged in. Charging at once: no price is known before the deadline.');
    prices.slots = NIGHT_TARIFF.slots.filter(
      ({ startAtMs, endAtMs }) => startAtMs >= at(26) && endAtMs <= at(28),
    );
    prices.version = 'two hours';
    bench.step(at(18, 3), { kind: 'prices-changed' });
    expect(lastWords(bench)).toBe(
      'New prices. Charging: the hours whose prices are known are too few to reach 80 % by Wed 07:00, so others are charged in, too.',
    );
  });

  test('hours of a forecast are told as one, waited for and charged in', () => {
    const slots = NIGHT_TARIFF.slots.filter(({ endAtMs }) => endAtMs <= at(24));
    const bench = told({ ...NIGHT_TARIFF, slots, version: 'today' });
    bench.read(at(18), { ...IDLE, levelPercent: 60 });
    expect(lastWords(bench)).toBe(
      'Plugged in. Not charging: prices are expected to be lowest from Wed 03:11 on, but are not published yet.',
    );
    bench.until(at(27, 15));
    bench.read(at(27, 15), { ...ON, levelPercent: 60 });
    expect(lastWords(bench)).toBe(
      'The car has started to charge. Charging: these are expected to be the cheapest hours that it may charge in to reach 80 % by Wed 07:00, but not all of their prices are published yet.',
    );
  });

  test('hours without a price or a forecast are not expected to be the cheapest', () => {
    const slots = NIGHT_TARIFF.slots.filter(
      ({ startAtMs, endAtMs }) => startAtMs >= at(28) && endAtMs <= at(29),
    );
    const bench = told({ ...NIGHT_TARIFF, slots, version: 'an hour' });
    bench.read(at(18), { ...IDLE, levelPercent: 60 });
    expect(lastWords(bench)).toBe(
      'Plugged in. Not charging: not all prices are known yet; charging begins at Wed 04:00 at the latest.',
    );
  });
});
