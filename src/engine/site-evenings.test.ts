import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import { historyWords } from '../wire/history-words.ts';
import { NOON_MS, pricesOf } from './testing/bench.ts';
import { type CarOfTest, type SiteWorld, siteWorldOf } from './testing/site-world.ts';

/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR_MS + minute * MINUTE_MS;
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

/** Cheapest from two to three, a little dearer by the hour until six. */
const NIGHT = pricesOf([
  0.3, 0.2, 0.05, 0.06, 0.1, 0.15, 0.3, 0.4, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 0.5, 0.5, 0.5, 0.4,
  0.4, 0.3, 0.3,
]);
/** Two hours at 11 kW from 47 % to 80 %. */
const VAN: CarOfTest = {
  id: 'van',
  powerKw: 11,
  levelPercent: 47,
  plugInAtMs: at(18),
  plugOutAtMs: at(31),
  reportsEveryMs: 5 * MINUTE_MS,
};
/** Two hours at 3.7 kW from 60 % to 80 %. */
const LEAF: CarOfTest = {
  id: 'leaf',
  powerKw: 3.7,
  capacityWh: 33_300,
  levelPercent: 60,
  plugInAtMs: at(19),
  plugOutAtMs: at(31, 20),
  reportsEveryMs: 5 * MINUTE_MS,
};

/** Comes in the middle of the van's charge, without a policy, and draws until it leaves. */
const GUEST: CarOfTest = {
  id: 'guest',
  powerKw: 3.7,
  levelPercent: 50,
  plugInAtMs: at(26, 40),
  plugOutAtMs: at(27, 20),
  policy: null,
  startsAtPlugIn: true,
};

interface Evening {
  readonly levels: Readonly<Record<string, number>>;
  /** Power together at the connection, from when on. */
  readonly draws: readonly string[];
  readonly commands: readonly string[];
  /** Every event of sessions, with blocks. */
  readonly told: readonly string[];
  readonly history: readonly string[];
}

/** Checked by hand when they were written: who charges when and why, every command, every event, every word. */
const GOLDEN: Readonly<Record<string, Evening>> = JSON.parse(
  readFileSync(new URL('./testing/site-evenings.json', import.meta.url), 'utf8'),
);

test.each([
  ['two cars', [VAN, LEAF]],
  ['three cars, one of which is not ours', [VAN, LEAF, GUEST]],
])('an evening of %s at one connection of 11 kW', (title, cars) => {
  const world = siteWorldOf({ maxPowerKw: 11, cars, prices: NIGHT });
  world.runUntil(at(32));
  const evening: Evening = {
    levels: Object.fromEntries(cars.map(({ id }) => [id, Math.round(world.levelPercent(id))])),
    draws: drawsOf(world),
    commands: commandsOf(world),
    told: toldOf(world),
    history: historyOf(world),
  };
  expect(evening).toEqual(GOLDEN[title]);
});

const drawsOf = (world: SiteWorld): string[] =>
  world.draws
    .map(({ atMs, ids, kw }) => ({ atMs, text: `${kw} kW ${ids.join(' and ')}`.trim() }))
    .filter(({ text }, index, all) => text !== all[index - 1]?.text)
    .map(({ atMs, text }) => `${clock(atMs)} ${text}`);
const commandsOf = (world: SiteWorld): string[] =>
  world.steps.flatMap(({ atMs, id, result }) =>
    result.commands.map(({ kind, state, cause }) => `${clock(atMs)} ${id} ${kind} ${state} ${cause}`),
  );
const historyOf = (world: SiteWorld): string[] =>
  world.steps.flatMap(({ atMs, id, result }) =>
    result.history.map((entry) => `${clock(atMs)} ${id}: ${historyWords(entry, (car) => `the ${car}`)}`),
  );
const toldOf = (world: SiteWorld): string[] =>
  world.steps.flatMap(({ atMs, id, result }) =>
    result.events.flatMap((event) => {
      if (event.kind !== 'session-updated')
        return event.kind === 'command-requested' ? [] : [`${clock(atMs)} ${id} ${event.kind}`];
      const { state, blocks, outcome } = event.session;
      const times = blocks.map(({ startAtMs, endAtMs }) => `${clock(startAtMs)}-${clock(endAtMs)}`);
      return [
        [clock(atMs), id, state, outcome?.state ?? '', ...times].filter((word) => word !== '').join(' '),
      ];
    }),
  );
