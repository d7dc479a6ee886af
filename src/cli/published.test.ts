import { expect, test } from 'vitest';
import { runTidewatt } from './testing/service-process.ts';

// Cases that others have published, as lines of `tidewatt plan`: what a stranger can try.

const ORIGIN_MS = Date.UTC(2026, 0, 10);
const at = (minutes: number): string => new Date(ORIGIN_MS + minutes * 60_000).toISOString();

interface Case {
  readonly id: string;
  readonly nowMinute?: number;
  readonly readyByMinute: number;
  readonly needMinutes: number;
  readonly startCost?: number;
  /** Start and end in minutes, price. */
  readonly slots: readonly (readonly [number, number, number])[];
  /** What comes out: start and end in minutes of each run, cost. */
  readonly runs: readonly (readonly [number, number])[];
  readonly cost: number;
  /** The energy cost of the same run elsewhere, which is dearer. */
  readonly elsewhere?: readonly [startMinute: number, cost: number];
}

const HOURS = [20, 60, 10, 80, 40, 90].map((price, hour) => [hour * 60, hour * 60 + 60, price] as const);
const QUARTERS = [
  ...[0.3, 0.3, 0.3, 0.3, 0.15, 0.1, 0.1, 0.1, 0.08, 0.08, 0.08, 0.08, 0.12, 0.12, 0.12, 0.12],
  ...[0.2, 0.2, 0.2, 0.2],
].map((price, quarter) => [quarter * 15, quarter * 15 + 15, price] as const);

// 60 kW make a kWh a minute; with a price per kWh of a sixtieth, an hour costs what the price of the hour says.
const CASES: readonly Case[] = [
  { id: '1 h', readyByMinute: 360, needMinutes: 60, slots: HOURS, runs: [[120, 180]], cost: 10 },
  {
    id: '2 h',
    readyByMinute: 360,
    needMinutes: 120,
    slots: HOURS,
    runs: [
      [0, 60],
      [120, 180],
    ],
    cost: 30,
  },
  {
    id: '90 min',
    readyByMinute: 360,
    needMinutes: 90,
    slots: HOURS,
    runs: [
      [30, 60],
      [120, 180],
    ],
    cost: 20,
  },
  {
    id: '2 h from 0:30',
    nowMinute: 30,
    readyByMinute: 360,
    needMinutes: 120,
    slots: HOURS,
    runs: [
      [30, 60],
      [120, 180],
      [270, 300],
    ],
    cost: 40,
  },
  {
    id: 'one run of 2 h 05 by 3:10',
    readyByMinute: 190,
    needMinutes: 125,
    startCost: 1000,
    slots: QUARTERS.map(([from, to, price]) => [from, to, price * 60] as const),
    runs: [[65, 190]],
    cost: 1012,
    elsewhere: [60, 12.15],
  },
  {
    id: 'a rate from +2 h on, 3 h by 4 h',
    readyByMinute: 240,
    needMinutes: 180,
    slots: [[120, 240, 10]],
    runs: [[60, 240]],
    cost: 20,
  },
  {
    id: 'all rates in the past',
    readyByMinute: 240,
    needMinutes: 180,
    slots: [[-120, -60, 10]],
    runs: [[0, 180]],
    cost: 0,
  },
];

test('tidewatt plan gives what is published for the slot-picking cases', async () => {
  const input = CASES.map((each) => `${JSON.stringify(lineOf(each))}\n`).join('');
  const { code, stdout } = await runTidewatt(['plan'], { input });
  expect(code).toBe(0);
  const plans = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(plans).toHaveLength(CASES.length);
  for (const [index, { id, runs, cost, readyByMinute }] of CASES.entries()) {
    const made = plans[index];
    expect(made, id).toMatchObject({
      id,
      feasible: true,
      cost: expect.closeTo(cost, 9),
      blocks: runs.map(([from, to]) => ({ startAt: instant(from), endAt: instant(to) })),
    });
    expect(made.minimumChargeTargetReachedAt <= instant(readyByMinute), id).toBe(true);
    expect(made.lowerBound, id).toBeLessThanOrEqual(made.cost);
    // An hour without a price is stated as free, and no schedule for the rest is cheaper than the two hours with one.
    if (id === 'a rate from +2 h on, 3 h by 4 h') expect(made.lowerBound).toBeCloseTo(cost, 9);
  }
});

test('the one run costs less than the same run five minutes earlier', () => {
  for (const { slots, needMinutes, startCost = 0, cost, elsewhere } of CASES) {
    if (elsewhere === undefined) continue;
    const [fromMinute, dearer] = elsewhere;
    let sum = 0;
    for (const [from, to, price] of slots) {
      const minutes = Math.min(to, fromMinute + needMinutes) - Math.max(from, fromMinute);
      sum += (Math.max(0, minutes) * price) / 60;
    }
    expect(sum).toBeCloseTo(dearer, 9);
    expect(cost - startCost).toBeLessThan(sum);
  }
});

function lineOf({ id, nowMinute = 0, readyByMinute, needMinutes, startCost = 0, slots }: Case): unknown {
  return {
    id,
    now: at(nowMinute),
    readyBy: at(readyByMinute),
    batteryLevel: 0,
    batteryReserve: 0,
    minimumChargeTarget: needMinutes / 10,
    chargeLimit: 100,
    batteryCapacity: 1000,
    efficiency: 1,
    chargeCurve: [{ level: 0, power: 60 }],
    isCharging: false,
    slots: slots.map(([from, to, price]) => ({ startAt: at(from), endAt: at(to), price: price / 60 })),
    startCost,
  };
}

/** As the command prints instants. */
function instant(minute: number): string {
  return at(minute).replace('.000Z', 'Z');
}
