import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { createPlant } from '../sim/plant.ts';
import { historyWords } from '../wire/history-words.ts';
import { benchOf, CAR, NOON_MS, policyOf, pricesOf } from './testing/bench.ts';
import { driveNight } from './testing/drive.ts';

const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;

/** Cheapest from three to six; the last hour before seven is dearer. */
const PRICES = pricesOf([
  0.2, 0.19, 0.18, 0.15, 0.14, 0.16, 0.2, 0.3, 0.35, 0.3, 0.25, 0.22, 0.2, 0.21, 0.22, 0.25, 0.3, 0.4, 0.42,
  0.38, 0.3, 0.25, 0.22, 0.21,
]);
/** It fills 2 per cent faster than it is said to: less and less is needed as the night goes on. */
const MODEL = { capacityWh: 60_000, powerW: 11_000, efficiency: 0.92, taper: null };

test('the last 30 minutes are charged in, whatever the night shows: the charge before them ends sooner', () => {
  const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, prices: PRICES });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ preconditionMinutes: 30 }) });
  const report = { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: true };
  const parked = createPlant({ atMs: at(12), model: MODEL, levelPercent: 40, report });
  const lastStarts = new Set<number>();
  const night = driveNight(bench, parked, at(31, 10), (plant, atMs) => {
    const last = Object.values(bench.lane().current)[0]?.plan?.plan.blocks.at(-1);
    if (last !== undefined && atMs < at(30, 30)) lastStarts.add(Math.round(last.startAtMs / MINUTE_MS));
    return plant;
  });
  expect([...lastStarts].filter((minute) => Math.abs(minute * MINUTE_MS - at(30, 30)) > MINUTE_MS)).toEqual(
    [],
  );
  expect(night.outcomes).toEqual(['12:00 ON_TRACK', '07:00 REACHED']);
  expect(bench.steps.flatMap(({ history }) => history.map((entry) => historyWords(entry))).slice(1)).toEqual([
    'Plugged in. Not charging: waiting for the cheapest hours before Wed 07:00; they begin at Wed 03:04 at 0.145 EUR/kWh on average.',
    'About to charge: the car has been asked to start.',
    'The car has started to charge. Charging at 0.145 EUR/kWh on average: these are the cheapest hours to reach 80 % by Wed 07:00.',
    'Still charging: the car has been asked to stop.',
    'The car has stopped charging. Not charging: the last minutes before Wed 07:00 are charged in, as the policy asks; they begin at Wed 06:30 at 0.2 EUR/kWh on average.',
    'About to charge: the car has been asked to start.',
    'The car has started to charge. Charging: the last minutes before Wed 07:00 are charged in, as the policy asks.',
    'Still charging: the car has been asked to stop.',
    'The car has stopped charging. Not charging: the target of 80 % is met.',
  ]);
});

test('a plan with a pause is not said to go without one, however little time there is', () => {
  const bench = benchOf({ vehicle: { ...CAR, powerKw: 11 }, prices: PRICES });
  bench.step(at(12), { kind: 'policy-set', policy: policyOf({ preconditionMinutes: 30 }) });
  const on = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 11 } as const;
  bench.read(at(28, 15), { ...on, levelPercent: 40 });
  expect(bench.session().blocks).toHaveLength(2);
  const words = bench.steps.flatMap(({ history }) => history.map((entry) => historyWords(entry)));
  expect(words.at(-1)).toMatch(/^Plugged in\. Charging at .* these are the cheapest hours/);
});
