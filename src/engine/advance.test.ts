import { describe, expect, test } from 'vitest';
import type { Policy } from '../domain/policy.ts';
import type { Session } from '../domain/session.ts';
import type { Advance } from './contract.ts';
import {
  type Bench,
  benchOf,
  CAR,
  HOME,
  NIGHT_TARIFF,
  NOON_MS,
  policyOf,
  pricesOf,
} from './testing/bench.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Hours after midnight of the test's day; 26 is two in the next morning. */
const at = (hour: number, minute = 0): number => NOON_MS + (hour - 12) * HOUR + minute * MINUTE;

const IDLE = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:STOPPED', powerKw: 0 } as const;
const ON = { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:CHARGING', powerKw: 7.4 } as const;
const OUT = { isPluggedIn: false, powerDeliveryState: 'UNPLUGGED' } as const;

function withPolicy(change: Partial<Policy> = {}, given: Parameters<typeof benchOf>[0] = {}): Bench {
  const bench = benchOf(given);
  bench.step(at(12), { kind: 'policy-set', policy: policyOf(change) });
  return bench;
}

const told = (steps: readonly Advance[]): string[] =>
  steps.flatMap(({ events }) =>
    events.map((event) => (event.kind === 'session-updated' ? event.session.state : event.kind)),
  );
const commandsOf = (step: Advance): string[] =>
  step.commands.map(({ kind, state, cause }) => `${kind} ${state} ${cause}`);
const sumOf = (session: Session): number => session.steps.reduce((sum, step) => sum + step.energyWh, 0);
const blocksOf = (session: Session): string[] =>
  session.blocks.map(
    ({ type, startAtMs, endAtMs, energyWh }) => `${type} ${clock(startAtMs)}-${clock(endAtMs)} ${energyWh}`,
  );
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

describe('life of a session', () => {
  test('a policy has an upcoming session at once, with the next deadline as its target', () => {
    const bench = withPolicy();
    expect(bench.session()).toMatchObject({
      state: 'UPCOMING',
      pluggedInAtMs: null,
      blocks: [],
      steps: [],
      aggregated: null,
      outcome: null,
      target: { id: 1, source: 'POLICY', targetPercent: 80, reservePercent: 20, readyByMs: at(31) },
    });
  });

  test('an evening: reserve, cheap hours, target reached, unplugged, settled after the grace, the next one upcoming', () => {
    const bench = withPolicy({ batteryReserve: 40 });
    const plugged = bench.read(at(22, 15), { ...IDLE, levelPercent: 35, meterWh: 1_000 });
    expect(commandsOf(plugged)).toEqual(['START PENDING RESERVE']);
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:BATTERY_RESERVE', pluggedInAtMs: at(22, 15) });
    expect(blocksOf(bench.session())).toEqual([
      'BATTERY_RESERVE 22:15-22:42 3333',
      'REGULAR 02:00-05:36 26667',
    ]);
    bench.read(at(22, 15), { ...ON, levelPercent: 35, meterWh: 1_000 });
    bench.read(at(22, 42), { ...ON, levelPercent: 40, meterWh: 4_330 });
    expect(bench.session().state).toBe('ACTIVE:REGULAR');
    bench.read(at(22, 43), { ...IDLE, levelPercent: 40, meterWh: 4_450 });
    bench.until(at(26));
    bench.read(at(26), { ...ON, levelPercent: 40, meterWh: 4_450 });
    bench.read(at(27), { ...ON, levelPercent: 51, meterWh: 11_850 });
    const met = bench.read(at(29, 36), { ...ON, levelPercent: 80, meterWh: 31_090 });
    expect(commandsOf(met)).toContain('STOP PENDING TARGET_MET');
    expect(bench.session().outcome).toMatchObject({ state: 'REACHED', reachedAtMs: at(29, 36) });
    bench.read(at(29, 36), { ...IDLE, levelPercent: 80, meterWh: 31_090 });
    bench.read(at(30, 50), { ...OUT, levelPercent: 80 });
    expect(bench.session().state).toBe('ACTIVE:REGULAR');
    const id = bench.session().id;
    bench.until(at(30, 55));
    const [settled, upcoming] = bench.steps.at(-1)?.sessions ?? [];
    expect(settled?.session).toMatchObject({
      id,
      state: 'SETTLED',
      pluggedOutAtMs: at(30, 50),
      target: { id: 1 },
      outcome: { targetId: 1, state: 'REACHED' },
      aggregated: { energyWh: 30_090, levelFromPercent: 35, levelToPercent: 80 },
    });
    const session = settled?.session as Session;
    expect(sumOf(session)).toBe(30_090);
    expect(session.blocks.reduce((sum, block) => sum + block.energyWh, 0)).toBe(30_090);
    expect(session.blocks.map(({ type }) => type)).toEqual(['BATTERY_RESERVE', 'REGULAR', 'REGULAR']);
    expect(upcoming?.session).toMatchObject({ state: 'UPCOMING', target: { id: 1, readyByMs: at(31) } });
    expect(upcoming?.session.id).not.toBe(id);
  });

  test('a replug within the grace continues the session, override included; after it a new one begins', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const { id } = bench.session();
    bench.step(at(18, 1), {
      kind: 'target-set',
      sessionId: id,
      override: { kind: 'IMMEDIATE_START', targetPercent: 90 },
    });
    bench.read(at(18, 10), OUT);
    bench.until(at(18, 14));
    bench.read(at(18, 14), { ...IDLE, levelPercent: 50 });
    expect(bench.session()).toMatchObject({ id, state: 'ACTIVE:IMMEDIATE_START', pluggedInAtMs: at(18) });
    bench.read(at(18, 20), OUT);
    bench.read(at(18, 26), { ...IDLE, levelPercent: 50 });
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:REGULAR', pluggedInAtMs: at(18, 26) });
    expect(bench.session().id).not.toBe(id);
  });

  test('while the grace runs nothing is planned and nothing commanded', () => {
    const bench = withPolicy({ batteryReserve: 60 });
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const out = bench.read(at(18, 1), OUT);
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:REGULAR', blocks: [] });
    expect(commandsOf(out)).toEqual(['START DROPPED RESERVE']);
  });

  test('a replug reported in time counts though it is taken in after the grace', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const { id } = bench.session();
    bench.read(at(18, 10), OUT);
    const late = {
      kind: 'reading',
      reading: { observedAtMs: at(18, 13), ...IDLE, levelPercent: 50 },
    } as const;
    bench.step(at(18, 20), late);
    expect(bench.session()).toMatchObject({ id, state: 'ACTIVE:REGULAR' });
  });

  test('a reading after settlement changes nothing and tells nothing', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    bench.read(at(19), OUT);
    bench.until(at(19, 5));
    const late = bench.step(at(20), {
      kind: 'reading',
      reading: { observedAtMs: at(18, 30), ...ON, levelPercent: 60 },
    });
    expect(late.sessions).toEqual([]);
    expect(late.events).toEqual([]);
  });

  test('a plug-out never seen: the visit ends when it was last seen plugged in', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50, latitude: 59.91, longitude: 10.75 });
    bench.read(at(19), { ...IDLE, levelPercent: 50, latitude: 59.91, longitude: 10.75 });
    const away = bench.read(at(23), { ...IDLE, levelPercent: 30, latitude: 60.5, longitude: 11 });
    expect(away.sessions[0]?.session).toMatchObject({ state: 'SETTLED', pluggedOutAtMs: at(19) });
    expect(bench.session().state).toBe('UPCOMING');
  });

  test('seven days without a reading end the visit', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 80 });
    bench.until(at(18 + 7 * 24));
    const settled = bench.steps
      .flatMap(({ sessions }) => sessions)
      .find(({ session }) => session.state === 'SETTLED');
    expect(settled?.session).toMatchObject({ pluggedOutAtMs: at(18), error: null });
  });

  test('a reading that comes late says nothing of the present', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50, meterWh: 0 });
    bench.read(at(19), { ...IDLE, levelPercent: 60, meterWh: 6_000 });
    const { blocks } = bench.session();
    const reading = { observedAtMs: at(18, 30), powerKw: 7, levelPercent: 55, meterWh: 3_000 };
    const late = bench.step(at(19, 1), { kind: 'reading', reading });
    expect(late.sessions).toEqual([]);
    expect(bench.session()).toMatchObject({ blocks, aggregated: { energyWh: 6_000, levelToPercent: 60 } });
  });

  test('no change, no event: a repeated reading and a re-plan that changes nothing', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const repeated = bench.read(at(18, 1), { ...IDLE, levelPercent: 50 });
    const replanned = bench.step(at(18, 2), { kind: 'prices-changed' });
    expect([...repeated.events, ...replanned.events, ...repeated.sessions, ...replanned.sessions]).toEqual(
      [],
    );
    expect(told(bench.steps)).toEqual(['UPCOMING', 'ACTIVE:REGULAR']);
  });

  test('what moves with every reading is told once, when the quarter hour ends', () => {
    const bench = withPolicy({ batteryReserve: 60 });
    bench.read(at(18), { ...IDLE, levelPercent: 50, meterWh: 0 });
    bench.read(at(18, 1), { ...ON, levelPercent: 50, meterWh: 0 });
    const before = bench.steps.length;
    for (const minute of [3, 6, 9, 12]) {
      const levelPercent = 50 + Math.floor((minute - 1) * 0.185);
      bench.read(at(18, minute), { ...ON, levelPercent, meterWh: (minute - 1) * 123 });
    }
    expect(told(bench.steps.slice(before))).toEqual([]);
    expect(bench.session().aggregated?.energyWh).toBe(11 * 123);
    bench.until(at(18, 17));
    expect(told(bench.steps.slice(before))).toEqual(['ACTIVE:BATTERY_RESERVE']);
  });
});

describe('place', () => {
  const HERE = { latitude: 59.91, longitude: 10.75 };
  const THERE = { latitude: 60.2, longitude: 10.75 };

  test('a charge elsewhere leaves the session upcoming and becomes an unmanaged one', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...ON, ...THERE, levelPercent: 50, meterWh: 0 });
    bench.read(at(14), { ...ON, ...THERE, levelPercent: 60, meterWh: 7_400 });
    bench.read(at(14, 1), { ...OUT, ...THERE, levelPercent: 60, meterWh: 7_400 });
    bench.until(at(14, 6));
    expect(bench.session().state).toBe('UPCOMING');
    const [unmanaged] = bench.steps.at(-1)?.sessions ?? [];
    expect(unmanaged).toMatchObject({
      isShown: true,
      session: {
        policyId: null,
        locationId: null,
        state: 'SETTLED',
        pluggedInAtMs: at(13),
        pluggedOutAtMs: at(14, 1),
        blocks: [],
        target: null,
        outcome: null,
        aggregated: { energyWh: 7_400, levelFromPercent: 50, levelToPercent: 60 },
      },
    });
    expect(bench.steps.flatMap(({ commands }) => commands)).toEqual([]);
  });

  test('a visit elsewhere in which no energy flowed leaves nothing', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...IDLE, ...THERE, levelPercent: 50, meterWh: 0 });
    bench.read(at(14), { ...OUT, ...THERE, meterWh: 49 });
    bench.until(at(15));
    expect(bench.steps.slice(1).flatMap(({ sessions }) => sessions)).toEqual([]);
  });

  test('unknown at plug-in: held for ten minutes, then where the last visit was', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...IDLE, ...HERE, levelPercent: 50, odometerKm: 100 });
    bench.read(at(14), OUT);
    bench.until(at(14, 5));
    bench.read(at(15), { ...IDLE, levelPercent: 50 });
    expect(bench.session().state).toBe('UPCOMING');
    bench.until(at(15, 10));
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:REGULAR', pluggedInAtMs: at(15) });
  });

  test('unknown at plug-in, and the odometer says that the car moved: away', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...IDLE, ...HERE, levelPercent: 50, odometerKm: 100 });
    bench.read(at(14), { ...OUT, odometerKm: 100 });
    bench.until(at(14, 5));
    bench.read(at(15), { ...IDLE, levelPercent: 50, odometerKm: 130 });
    bench.until(at(15, 10));
    expect(bench.session().state).toBe('UPCOMING');
  });

  test('a place learned later decides anew, with the real plug-in and the energy since then', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...OUT, ...THERE, levelPercent: 50 });
    bench.read(at(15), { ...ON, levelPercent: 50, meterWh: 0 });
    bench.read(at(15, 5), { ...ON, levelPercent: 51, meterWh: 617, ...HERE });
    expect(bench.session()).toMatchObject({
      state: 'ACTIVE:REGULAR',
      pluggedInAtMs: at(15),
      aggregated: { energyWh: 617 },
    });
    expect(bench.session().blocks[0]).toMatchObject({ startAtMs: at(15), energyWh: 617 });
  });

  test('a policy created while the car charges there: active at once, the time before is a record of its own', () => {
    const bench = benchOf();
    bench.read(at(13), { ...ON, ...HERE, levelPercent: 50, meterWh: 0 });
    bench.read(at(14), { ...ON, ...HERE, levelPercent: 61, meterWh: 7_400 });
    const created = bench.step(at(14), { kind: 'policy-set', policy: policyOf() });
    expect(
      created.sessions.map(({ session, isShown }) => [session.policyId, session.state, isShown]),
    ).toEqual([
      [null, 'SETTLED', true],
      ['policy', 'ACTIVE:REGULAR', true],
    ]);
    expect(bench.session()).toMatchObject({ pluggedInAtMs: at(13), aggregated: { energyWh: 7_400 } });
    bench.read(at(14, 10), { ...OUT, levelPercent: 62, meterWh: 8_000 });
    bench.until(at(14, 15));
    const settled = bench.steps.at(-1)?.sessions[0];
    expect(settled).toMatchObject({ hidesVisit: true, session: { aggregated: { energyWh: 8_000 } } });
  });

  test('a policy created between two readings of a charge: its block begins where nothing is counted yet', () => {
    const bench = benchOf();
    bench.read(at(13), { ...ON, ...HERE, levelPercent: 50, meterWh: 0 });
    bench.read(at(13, 50), { ...ON, ...HERE, levelPercent: 59, meterWh: 6_167 });
    bench.step(at(13, 54), { kind: 'policy-set', policy: policyOf() });
    bench.read(at(13, 54), { ...IDLE, ...HERE, levelPercent: 60, meterWh: 6_660 });
    const [block] = bench.session().blocks;
    expect(block).toMatchObject({ startAtMs: at(13, 50), endAtMs: at(13, 54), energyWh: 493 });
  });

  test('a policy deleted while the car charges: settled at that instant, the rest is a visit of its own', () => {
    const bench = withPolicy();
    bench.read(at(13), { ...IDLE, ...HERE, levelPercent: 50, meterWh: 0 });
    const deleted = bench.step(at(14), { kind: 'policy-deleted', policyId: 'policy' });
    expect(deleted.sessions[0]?.session).toMatchObject({ state: 'SETTLED', pluggedOutAtMs: at(14) });
    expect(commandsOf(deleted)).toEqual(['START PENDING RELEASE']);
    bench.read(at(14, 1), { ...ON, ...HERE, levelPercent: 50, meterWh: 0 });
    bench.read(at(15, 1), { ...OUT, ...HERE, levelPercent: 60, meterWh: 7_400 });
    bench.until(at(15, 6));
    expect(bench.steps.at(-1)?.sessions).toMatchObject([
      {
        isShown: true,
        session: { policyId: null, locationId: 'home', pluggedInAtMs: at(14), pluggedOutAtMs: at(15, 1) },
      },
    ]);
    expect(bench.steps.at(-1)?.sessions[0]?.visitId).not.toBe(deleted.sessions[0]?.visitId);
  });

  test('a policy deleted while upcoming takes its session with it', () => {
    const bench = withPolicy();
    const { id } = bench.session();
    const deleted = bench.step(at(13), { kind: 'policy-deleted', policyId: 'policy' });
    expect(deleted.deletedSessionIds).toEqual([id]);
    expect(deleted.events).toEqual([{ kind: 'session-deleted', sessionId: id, policyId: 'policy' }]);
    expect(deleted.timerAtMs).toBeNull();
  });
});

describe('target', () => {
  test('an upcoming target moves on when its deadline passes', () => {
    const bench = withPolicy();
    bench.until(at(31));
    expect(bench.session()).toMatchObject({ state: 'UPCOMING', target: { id: 2, readyByMs: at(55) } });
  });

  test('an immediate target is met, and the policy target comes back', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50, meterWh: 0 });
    const { id } = bench.session();
    const set = bench.step(at(18, 1), {
      kind: 'target-set',
      sessionId: id,
      override: { kind: 'IMMEDIATE_START', targetPercent: 60 },
    });
    expect(commandsOf(set)).toEqual(['START PENDING IMMEDIATE']);
    expect(bench.session()).toMatchObject({
      state: 'ACTIVE:IMMEDIATE_START',
      target: { id: 2, kind: 'IMMEDIATE_START' },
      outcome: { targetId: 2, state: 'ON_TRACK', levelAtReadyByPercent: null },
    });
    expect(blocksOf(bench.session())).toEqual(['IMMEDIATE_START 18:01-18:55 6667']);
    bench.read(at(18, 1), { ...ON, levelPercent: 50, meterWh: 0 });
    bench.read(at(18, 55), { ...ON, levelPercent: 60, meterWh: 6_660 });
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:REGULAR', target: { id: 3, source: 'POLICY' } });
    expect(bench.session().blocks[0]).toMatchObject({
      type: 'IMMEDIATE_START',
      endAtMs: at(18, 55),
      energyWh: 6_660,
    });
  });

  test('an override is cleared; clearing without one changes nothing', () => {
    const bench = withPolicy();
    const { id } = bench.session();
    bench.step(at(13), {
      kind: 'target-set',
      sessionId: id,
      override: { kind: 'REGULAR', targetPercent: 95, readyByMs: at(20), reservePercent: null },
    });
    expect(bench.session().target).toMatchObject({
      id: 2,
      source: 'OVERRIDE',
      targetPercent: 95,
      reservePercent: 20,
    });
    bench.step(at(13, 1), { kind: 'target-cleared', sessionId: id });
    expect(bench.session().target).toMatchObject({ id: 3, source: 'POLICY', targetPercent: 80 });
    const again = bench.step(at(13, 2), { kind: 'target-cleared', sessionId: id });
    expect([again.sessions, again.events, again.refusals]).toEqual([[], [], []]);
  });

  test.each([
    ['a time that has passed', at(12, 59), 'ready-by-past'],
    ['more than seven days ahead', at(13 + 7 * 24, 1), 'ready-by-too-far'],
  ])('an override for %s is refused', (_what, readyByMs, reason) => {
    const bench = withPolicy();
    const { id } = bench.session();
    const override = { kind: 'REGULAR', targetPercent: 95, readyByMs, reservePercent: null } as const;
    const refused = bench.step(at(13), { kind: 'target-set', sessionId: id, override });
    expect(refused.refusals).toMatchObject([{ inputIndex: 0, reason }]);
    expect(refused.sessions).toEqual([]);
  });

  test('a policy change does not touch an override, and makes a new target where there is none', () => {
    const bench = withPolicy();
    const { id } = bench.session();
    bench.step(at(13), { kind: 'policy-set', policy: policyOf({ batteryReserve: 30, version: 2 }) });
    expect(bench.session().target).toMatchObject({ id: 2, reservePercent: 30 });
    const override = { kind: 'IMMEDIATE_START', targetPercent: 95 } as const;
    bench.step(at(13), { kind: 'target-set', sessionId: id, override });
    const changed = bench.step(at(14), {
      kind: 'policy-set',
      policy: policyOf({ batteryReserve: 10, version: 3 }),
    });
    expect(changed.sessions).toEqual([]);
  });

  test('unmet at readyBy: missed, charged on at once until it is met, then the next deadline', () => {
    const bench = withPolicy();
    bench.read(at(26), { ...IDLE, levelPercent: 20, meterWh: 0 });
    expect(bench.session().outcome).toMatchObject({ state: 'AT_RISK', levelAtReadyByPercent: 75 });
    bench.read(at(26), { ...ON, levelPercent: 20, meterWh: 0 });
    bench.read(at(30, 59), { ...ON, levelPercent: 75, meterWh: 36_800 });
    bench.until(at(31));
    expect(bench.session()).toMatchObject({
      target: { id: 1 },
      outcome: { state: 'MISSED', levelAtReadyByPercent: 75 },
    });
    expect(bench.lane().control.wanted).toBe('on');
    bench.read(at(31, 30), { ...ON, levelPercent: 80, meterWh: 40_500 });
    expect(bench.session()).toMatchObject({
      target: { id: 2, readyByMs: at(55) },
      outcome: { state: 'REACHED' },
    });
    bench.read(at(32), OUT);
    bench.until(at(32, 5));
    expect(bench.steps.at(-1)?.sessions[0]?.session).toMatchObject({ target: { id: 2 } });
  });

  test('unplugged before anything was decided: the present target, by the level at plug-out', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    bench.read(at(19), OUT);
    bench.until(at(19, 5));
    expect(bench.steps.at(-1)?.sessions[0]?.session).toMatchObject({
      target: { id: 1 },
      outcome: { targetId: 1, state: 'MISSED', levelAtReadyByPercent: 50 },
    });
  });

  test('a deadline within half an hour of plug-in that cannot be met is passed over', () => {
    const bench = withPolicy();
    bench.read(at(30, 40), { ...IDLE, levelPercent: 50 });
    expect(bench.session().target).toMatchObject({ id: 2, readyByMs: at(55) });
  });

  test('level jitter does not start the car again; three points below the target do', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 80 });
    expect(bench.session().outcome).toMatchObject({ state: 'REACHED' });
    for (const levelPercent of [79, 80, 78, 79]) {
      bench.read(at(18, 10), { ...IDLE, levelPercent });
      expect(bench.session().blocks).toEqual([]);
    }
    bench.read(at(18, 20), { ...IDLE, levelPercent: 77 });
    expect(bench.session().blocks).toHaveLength(1);
    expect(bench.session().outcome).toMatchObject({ state: 'REACHED' });
  });

  test("a car's limit below the target: charged to the limit, and said so", () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50, chargeLimitPercent: 70 });
    expect(bench.session()).toMatchObject({
      error: { code: 'CHARGE_LIMIT_BELOW_TARGET' },
      outcome: { state: 'AT_RISK', levelAtReadyByPercent: 70, reachedAtMs: null },
    });
    bench.read(at(27), { ...IDLE, levelPercent: 70, chargeLimitPercent: 70 });
    expect(bench.lane().current.policy?.plan?.plan.blocks).toEqual([]);
    bench.until(at(31));
    expect(bench.session()).toMatchObject({ target: { id: 2, readyByMs: at(55) } });
  });

  test('a car that takes no more below its target is at risk, and told no time of reaching it', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 66, powerDeliveryState: 'PLUGGED_IN:COMPLETE' });
    expect(bench.session().outcome).toMatchObject({
      state: 'AT_RISK',
      levelAtReadyByPercent: 66,
      reachedAtMs: null,
    });
  });

  test('timers are whole milliseconds, so that a stored one is never due before what it waits for', () => {
    const bench = withPolicy({}, { vehicle: { ...CAR, powerKw: 11, capacityWh: 60_000 } });
    for (const levelPercent of [35, 37, 41, 53]) {
      const { timerAtMs } = bench.read(at(18, levelPercent), { ...IDLE, levelPercent });
      expect(Number.isInteger(timerAtMs)).toBe(true);
    }
    bench.until(at(40));
    expect(bench.steps.length).toBeLessThan(60);
  });

  test('no deadline at all: no target, and only the reserve is filled', () => {
    const bench = withPolicy({ schedule: {}, batteryReserve: 30 });
    expect(bench.session().target).toBeNull();
    bench.read(at(18), { ...IDLE, levelPercent: 20 });
    expect(bench.session()).toMatchObject({ state: 'ACTIVE:BATTERY_RESERVE', outcome: null });
    expect(blocksOf(bench.session())).toEqual(['BATTERY_RESERVE 18:00-18:54 6667']);
  });
});

describe('faults in the field', () => {
  test('a level that is never told: assumed at the reserve, counted by energy, outcome unknown', () => {
    const bench = withPolicy({ batteryReserve: 20 });
    bench.read(at(22), { ...IDLE });
    expect(bench.session()).toMatchObject({
      state: 'ACTIVE:REGULAR',
      outcome: { state: 'UNKNOWN', levelAtReadyByPercent: null },
      error: { code: 'BATTERY_LEVEL_UNKNOWN' },
      aggregated: { levelFromPercent: null },
    });
    expect(bench.session().blocks.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(40_000);
    bench.read(at(26), { ...IDLE, powerDeliveryState: 'PLUGGED_IN:COMPLETE' });
    expect(bench.session().blocks).toEqual([]);
  });

  test('a start that the car does not follow is retried after 1, 2, 5 and 10 minutes, and shown from the third failure', () => {
    const bench = withPolicy({ batteryReserve: 60 });
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    bench.until(at(18, 40));
    const attempts = bench.steps.flatMap(({ commands, lane }) =>
      commands.map(({ attempts }) => [attempts, (lane.steppedAtMs - at(18)) / MINUTE]),
    );
    expect(attempts).toEqual([
      [1, 0],
      [2, 1],
      [3, 3],
      [4, 8],
      [5, 18],
      [6, 33],
    ]);
    expect(bench.session().error).toMatchObject({ code: 'START_FAILED', occurredAtMs: at(18, 8) });
  });

  test('a car that is heard of again is commanded at once', () => {
    const bench = withPolicy({ batteryReserve: 60 });
    bench.read(at(18), { ...IDLE, levelPercent: 50, isReachable: false });
    bench.until(at(18, 19));
    expect(bench.session().error).toMatchObject({ code: 'VEHICLE_UNREACHABLE' });
    const back = bench.read(at(18, 25), { ...IDLE, levelPercent: 50, isReachable: true });
    expect(back.commands).toMatchObject([{ attempts: 6, attemptedAtMs: at(18, 25) }]);
  });

  test('a car that starts by itself is stopped twice, then left alone until the next planned change', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50, meterWh: 0 });
    const stops: string[][] = [];
    for (const minute of [2, 6, 10]) {
      stops.push(commandsOf(bench.read(at(18, minute), { ...ON, levelPercent: 50 })));
      bench.read(at(18, minute + 1), { ...IDLE, levelPercent: 50 });
    }
    expect(stops).toEqual([['STOP PENDING CORRECTION'], ['STOP PENDING CORRECTION'], []]);
    const alone = bench.read(at(18, 14), { ...ON, levelPercent: 50 });
    expect(alone.commands).toEqual([]);
    expect(bench.session().error).toMatchObject({ code: 'INTERFERENCE' });
  });

  test("a car's own start at plug-in is stopped and is no interference", () => {
    const bench = withPolicy();
    const plugged = bench.read(at(18), { ...ON, levelPercent: 50, meterWh: 0 });
    expect(commandsOf(plugged)).toEqual(['STOP PENDING PLAN']);
    bench.read(at(18, 1), { ...IDLE, levelPercent: 50, meterWh: 120 });
    expect(bench.lane().control.deviatedAtMs).toEqual([]);
    expect(bench.session().blocks[0]).toMatchObject({ type: 'REGULAR', startAtMs: at(18), energyWh: 120 });
  });

  test('a car of unknown power that starts by itself is let run for five minutes to measure it', () => {
    const bench = withPolicy({}, { vehicle: { ...CAR, powerKw: null } });
    const plugged = bench.read(at(18), { ...ON, powerKw: 11, levelPercent: 50, meterWh: 0 });
    expect(plugged.commands).toEqual([]);
    bench.read(at(18, 4), { ...ON, powerKw: 11, levelPercent: 51, meterWh: 733 });
    bench.until(at(18, 5));
    expect(commandsOf(bench.steps.at(-1) as Advance)).toEqual(['STOP PENDING PLAN']);
    expect(bench.lane().learned.home?.powerKw).toBeCloseTo(11, 1);
  });

  test('a silent car is stale after 15 minutes while it charges, and after 3 hours while it idles', () => {
    const bench = withPolicy({ batteryReserve: 60 });
    bench.read(at(18), { ...ON, levelPercent: 50 });
    bench.until(at(18, 15));
    expect(bench.session().error).toMatchObject({ code: 'TELEMETRY_STALE', occurredAtMs: at(18, 15) });
    bench.read(at(18, 20), { ...IDLE, levelPercent: 60 });
    expect(bench.session().error).toBeNull();
    bench.until(at(21, 20));
    expect(bench.session().error).toMatchObject({ code: 'TELEMETRY_STALE', occurredAtMs: at(21, 20) });
  });

  test('no price at all: charged at once, and said so until a price comes', () => {
    const bench = withPolicy({}, { prices: null });
    const plugged = bench.read(at(18), { ...IDLE, levelPercent: 50 });
    expect(commandsOf(plugged)).toEqual(['START PENDING PLAN']);
    expect(bench.session()).toMatchObject({ error: { code: 'PRICES_UNAVAILABLE' }, valuation: null });
  });

  test('a fault, a lost capability: named, the gravest first', () => {
    const bench = withPolicy({}, { vehicle: { ...CAR, canStart: false } });
    const plugged = bench.read(at(26, 30), { ...IDLE, levelPercent: 50 });
    expect(plugged.commands).toEqual([]);
    expect(bench.session().error).toMatchObject({ code: 'CAPABILITY_BLOCKED' });
    bench.read(at(26, 40), { isPluggedIn: true, powerDeliveryState: 'PLUGGED_IN:FAULT', levelPercent: 50 });
    expect(bench.session().error).toMatchObject({ code: 'FAULT' });
  });

  test('a clock that jumps back counts as the last step', () => {
    const bench = withPolicy();
    bench.read(at(18), { ...IDLE, levelPercent: 50 });
    const back = bench.step(at(17));
    expect(back.lane.steppedAtMs).toBe(at(18));
  });

  test('two policies of one car: one session each, only the one at the place is active', () => {
    const bench = benchOf({ locations: [HOME, { ...HOME, id: 'work', latitude: 61 }] });
    bench.step(at(12), { kind: 'policy-set', policy: policyOf() });
    bench.step(at(12), { kind: 'policy-set', policy: policyOf({ id: 'other', locationId: 'work' }) });
    bench.read(at(13), { ...IDLE, levelPercent: 50, latitude: 61, longitude: 10.75 });
    const states = Object.values(bench.lane().current).map(({ policyId, isActive }) => [policyId, isActive]);
    expect(states).toEqual([
      ['policy', false],
      ['other', true],
    ]);
  });
});

describe('statistics', () => {
  test('valuation: what it cost, and what charging from plug-in on would have cost', () => {
    const bench = withPolicy({ startCost: 0 }, { prices: NIGHT_TARIFF });
    bench.read(at(18), { ...IDLE, levelPercent: 50, meterWh: 0 });
    bench.until(at(26));
    bench.read(at(26), { ...ON, levelPercent: 50, meterWh: 0 });
    bench.read(at(27), { ...ON, levelPercent: 61, meterWh: 7_400 });
    const { valuation } = bench.session();
    expect(valuation).toEqual({ currency: 'EUR', actualMicros: 370_000, baselineMicros: 3_700_000 });
  });

  test('a price that is missing makes the valuation null until there is one', () => {
    const bench = withPolicy(
      { batteryReserve: 60 },
      { prices: { currency: 'EUR', version: '1', slots: [] } },
    );
    bench.read(at(18), { ...ON, levelPercent: 50, meterWh: 0 });
    bench.read(at(19), { ...ON, levelPercent: 60, meterWh: 7_400 });
    expect(bench.session().valuation).toBeNull();
  });

  test('an early cheap hour is taken where it is the cheapest', () => {
    const day = Array.from({ length: 24 }, (_, hour) => (hour === 19 || hour === 20 ? 0.01 : 0.3));
    const bench = withPolicy({}, { prices: pricesOf(day) });
    bench.read(at(18), { ...IDLE, levelPercent: 60 });
    expect(blocksOf(bench.session())).toEqual(['REGULAR 19:11-21:00 13333']);
  });
});
