import { describe, expect, test } from 'vitest';
import { historyWords } from '../wire/history-words.ts';
import { type Bench, benchOf, CAR, HOME, NIGHT_TARIFF, NOON_MS, policyOf } from './testing/bench.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * 3_600_000 + minute * 60_000;
const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;

/** Every entry of a lane's histories, in words. */
const wordsOf = (bench: Bench): string[] =>
  bench.steps.flatMap(({ history }) => history.map((entry) => historyWords(entry)));
const codesOf = (bench: Bench): string[] =>
  bench.steps.flatMap(({ history }) => history.map(({ cause, why }) => `${cause} ${why.code}`));

function home(given: Parameters<typeof benchOf>[0] = {}): Bench {
  const bench = benchOf(given);
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ batteryReserve: 40 }) });
  return bench;
}

describe('the newest entry says why the car charges or not', () => {
  test('through an evening, each change once, in words', () => {
    const bench = home();
    bench.read(at(22, 15), { ...IDLE, levelPercent: 35, meterWh: 0 });
    bench.read(at(22, 15), { ...ON, levelPercent: 35, meterWh: 0 });
    bench.read(at(22, 42), { ...ON, levelPercent: 40, meterWh: 3_330 });
    bench.read(at(22, 43), { ...IDLE, levelPercent: 40, meterWh: 3_400 });
    bench.read(at(22, 58), { ...IDLE, levelPercent: 40, meterWh: 3_400 });
    bench.until(at(26));
    bench.read(at(26), { ...ON, levelPercent: 40, meterWh: 3_400 });
    bench.read(at(28), { ...ON, levelPercent: 62, meterWh: 18_200 });
    bench.read(at(29, 36), { ...ON, levelPercent: 80, meterWh: 30_000 });
    bench.read(at(29, 37), { ...IDLE, levelPercent: 80, meterWh: 30_060 });
    bench.read(at(30, 50), { isPluggedIn: false });
    bench.until(at(30, 55));
    expect(wordsOf(bench)).toEqual([
      'The policy was created. Not charging: waiting for the car to be plugged in here.',
      'Plugged in. About to charge: the car has been asked to start.',
      'The car has started to charge. Charging: the battery is below its reserve of 40 %.',
      'New battery level. Still charging: the car has been asked to stop.',
      'The car has stopped charging. Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 02:00 at 0.075 EUR/kWh on average.',
      'Nothing was heard of the car for some time. Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 02:00 at 0.075 EUR/kWh on average.',
      'About to charge: the car has been asked to start.',
      'The car has started to charge. Charging at 0.075 EUR/kWh on average: these are the cheapest hours to reach 80 % by Wed 07:00.',
      'New battery level. Still charging: the car has been asked to stop.',
      'The car has stopped charging. Not charging: the target of 80 % is met.',
      'Unplugged. Not charging: the car is unplugged, and the session ends at Wed 06:55 unless it is plugged in again.',
      'The car has left; the session is settled.',
      'Not charging: waiting for the car to be plugged in here.',
    ]);
  });

  test('a re-plan that changes nothing and a repeated reading leave no entry', () => {
    const bench = home();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const count = codesOf(bench).length;
    bench.read(at(18, 5), { ...IDLE, levelPercent: 50 });
    bench.step(at(18, 6), { kind: 'prices-changed' });
    expect(codesOf(bench)).toHaveLength(count);
  });

  test('an override stands there with what it did to target, blocks and cost', () => {
    const bench = home();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const override = { kind: 'IMMEDIATE_START', targetPercent: 60 } as const;
    const { id } = bench.session();
    const [entry] = bench.step(at(18, 1), { kind: 'target-set', sessionId: id, override }).history;
    expect(entry).toMatchObject({
      cause: 'OVERRIDE',
      why: { code: 'STARTING', percent: 60 },
      state: { before: 'ACTIVE:REGULAR', after: 'ACTIVE:IMMEDIATE_START' },
      target: { before: { id: 1 }, after: { id: 2, kind: 'IMMEDIATE_START' } },
      plannedBlocks: { after: [{ type: 'IMMEDIATE_START' }] },
    });
    expect(entry?.plannedCost?.after).toBeGreaterThan(entry?.plannedCost?.before ?? 0);
    bench.read(at(18, 2), { ...ON, levelPercent: 50 });
    expect(wordsOf(bench).at(-1)).toBe('The car has started to charge. Charging at once to 60 %, as asked.');
  });

  test.each([
    ['asleep', { ...IDLE, isReachable: false }, 'UNREACHABLE'],
    ['at its limit', { ...IDLE, levelPercent: 60, chargeLimitPercent: 60 }, 'AT_LIMIT'],
    ['complete', { ...IDLE, powerDeliveryState: 'PLUGGED_IN:COMPLETE' }, 'CAR_COMPLETE'],
    ['faulty', { ...IDLE, powerDeliveryState: 'PLUGGED_IN:FAULT' }, 'FAULT'],
    ['without power', { ...IDLE, powerDeliveryState: 'PLUGGED_IN:NO_POWER' }, 'NO_POWER'],
  ] as const)('with the car %s', (_what, reading, code) => {
    const bench = home();
    bench.read(at(18), { ...IDLE, levelPercent: 30 });
    bench.read(at(18, 2), { ...reading });
    bench.until(at(18, 4));
    expect(codesOf(bench).at(-1)).toContain(code);
    expect(wordsOf(bench).at(-1)).toMatch(/Not charging: .+\.$/);
  });

  test('a start that is refused, a car that takes no commands, no prices, a missed deadline', () => {
    const refused = home();
    refused.read(at(18), { ...IDLE, levelPercent: 30 });
    refused.until(at(18, 3));
    expect(wordsOf(refused).at(-1)).toBe(
      'Not charging: the car has not started after 2 attempts; it has been asked once more, and will be again at Tue 18:08.',
    );
    const dumb = home({ vehicle: { ...CAR, canStart: false } });
    dumb.read(at(18), { ...IDLE, levelPercent: 30 });
    expect(codesOf(dumb).at(-1)).toBe('PLUGGED_IN CANNOT_COMMAND');
    const priceless = home({ prices: null });
    priceless.read(at(18), { ...ON, levelPercent: 50 });
    expect(wordsOf(priceless).at(-1)).toBe(
      'Plugged in. Charging at once: no price is known before the deadline.',
    );
    const late = home();
    late.read(at(29), { ...ON, levelPercent: 40, meterWh: 0 });
    expect(codesOf(late).at(-1)).toBe('PLUGGED_IN CHARGING_NO_TIME_LEFT');
    late.until(at(31));
    expect(wordsOf(late).at(-1)).toBe(
      'Charging as fast as possible: 80 % was missed at the deadline; nothing has been heard of the car for some time.',
    );
  });

  test('charging that is not for its price says so', () => {
    const tight = home();
    tight.read(at(27), { ...ON, levelPercent: 40, meterWh: 0 });
    expect(wordsOf(tight).at(-1)).toBe(
      'Plugged in. Charging without a pause: there is just enough time to reach 80 % by Wed 07:00.',
    );
    const leaving = benchOf();
    leaving.step(at(12), { kind: 'policy-set', policy: policyOf({ preconditionMinutes: 60 }) });
    leaving.read(at(30, 10), { ...ON, levelPercent: 71, meterWh: 0 });
    expect(wordsOf(leaving).at(-1)).toBe(
      'Plugged in. Charging: the last minutes before Wed 07:00 are charged in, as the policy asks.',
    );
    const above = benchOf();
    above.step(at(12), { kind: 'policy-set', policy: policyOf({ opportunisticPrice: 0.06 }) });
    above.read(at(26, 5), { ...ON, levelPercent: 85, meterWh: 0 });
    expect(wordsOf(above).at(-1)).toBe(
      'Plugged in. Charging at 0.05 EUR/kWh on average: the target of 80 % is met, and this is cheap enough to charge on.',
    );
  });

  test('hours that the policy avoids are named as the reason to wait', () => {
    const bench = benchOf();
    const window = { type: 'AVOID', startTime: '02:00', endTime: '05:00', weekdays: [0, 1, 2, 3, 4, 5, 6] };
    bench.step(at(12), { kind: 'policy-set', policy: policyOf({ restrictionSchedule: [window] }) });
    bench.read(at(22), { ...IDLE, levelPercent: 60 });
    expect(wordsOf(bench).at(-1)).toMatch(
      /^Plugged in. Not charging: waiting for the cheapest hours before Wed 07:00 that the policy allows; they begin at Wed 0.:.. at 0.2/,
    );
  });

  test('new prices that leave the hours as they are say what they cost now', () => {
    const prices = { ...NIGHT_TARIFF };
    const bench = home({ prices });
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    expect(wordsOf(bench).at(-1)).toContain('they begin at Wed 02:17 at 0.05 EUR/kWh on average.');
    prices.slots = NIGHT_TARIFF.slots.map((slot) => ({ ...slot, price: (slot.price ?? 0) * 2 }));
    prices.version = 'doubled';
    const [entry, ...others] = bench.step(at(18, 5), { kind: 'prices-changed' }).history;
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ cause: 'PRICES', plannedBlocks: null, state: null, target: null });
    expect(entry?.plannedCost?.after).toBeCloseTo(2 * (entry?.plannedCost?.before ?? 0), 1);
    expect(wordsOf(bench).at(-1)).toContain('they begin at Wed 02:17 at 0.1 EUR/kWh on average.');
  });

  test.each([
    [2, 0],
    [7, 1],
  ])(
    'a charge that is %i points behind leaves %i entries: its end, which no sentence names, moves',
    (points, entries) => {
      const bench = home();
      bench.read(at(22), { ...IDLE, levelPercent: 50 });
      bench.until(at(26, 17));
      bench.read(at(26, 18), { ...ON, levelPercent: 50 });
      for (let minute = 28; minute <= 78; minute += 10) {
        bench.read(at(26, minute), { ...ON, levelPercent: Math.round(50 + ((minute - 18) / 60) * 11.1) });
      }
      const before = wordsOf(bench);
      expect(before.at(-1)).toContain('these are the cheapest hours');
      bench.read(at(27, 19), { ...ON, levelPercent: 61 - points });
      bench.read(at(27, 20), { ...ON, levelPercent: 61 - points });
      expect(wordsOf(bench)).toHaveLength(before.length + entries);
    },
  );

  test('plugged in somewhere else', () => {
    const bench = home({ locations: [HOME] });
    bench.read(at(18), { ...ON, levelPercent: 30, latitude: 61, longitude: 11 });
    expect(wordsOf(bench).at(-1)).toBe(
      'Plugged in. Not charging here: the car is plugged in somewhere else.',
    );
  });
});
