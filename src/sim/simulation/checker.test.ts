import { beforeAll, describe, expect, it } from 'vitest';
import { simulateOn } from '../../sim-command.ts';
import { testDatabases } from '../../store/testing/databases.ts';
import { createChecker } from './checker.ts';
import type { Fact, Shown, ShownSession, StoredSession } from './facts.ts';

/** A world without faults is lived once; then what the checker is shown of it is spoilt in one place at a time. */
const kind = testDatabases().find(({ missing }) => missing === null);
const WORLD = { vehicleCount: 5, dayCount: 0.85, seed: 8, faults: [] } as const;

/** Seconds on a machine of its own. */
const LIMIT_MS = 240_000;

let facts: readonly Fact[] = [];

describe.skipIf(kind === undefined)('the checker of a simulated world', () => {
  beforeAll(async () => {
    if (kind === undefined) throw new Error('no database');
    const store = await kind.create();
    try {
      const lived: Fact[] = [];
      const shown = (fact: Fact): Fact => {
        lived.push(fact);
        return fact;
      };
      const { violations } = await simulateOn(store, WORLD, { shown });
      expect(violations).toEqual([]);
      facts = lived;
    } finally {
      await kind.drop(store);
    }
  }, LIMIT_MS);

  it('has nothing against the world as it was', () => {
    expect(findingsOf(facts)).toEqual([]);
  });

  const spoilt: readonly (readonly [string, string, () => readonly Fact[]])[] = [
    [
      '0 every step can be taken',
      'a lane whose step threw',
      () =>
        inShown(late, (shown) => ({
          ...shown,
          lanes: shown.lanes.map((lane) => ({ ...lane, fault: 'Error' })),
        })),
    ],
    [
      '1 one current session',
      'a second current session of one policy',
      () => inShown(isActive, (shown) => ({ ...shown, sessions: shown.sessions.flatMap(twin) })),
    ],
    [
      '1 one current session',
      'a policy without a current session',
      () =>
        inShown(isActive, (shown) => ({
          ...shown,
          sessions: shown.sessions.filter(({ state }) => state === 'SETTLED'),
        })),
    ],
    [
      '1 one current session',
      'an active session that is upcoming again',
      () => inSession(and(isActive, hasPastBlock), (session) => ({ ...session, state: 'UPCOMING' })),
    ],
    [
      '1 one current session',
      'a settled session that changes',
      () =>
        inSession(
          (session) => session.state === 'SETTLED' && session.body === null,
          (session) => ({ ...session, digest: 'other' }),
        ),
    ],
    [
      '2 blocks stand',
      'a past block that changes',
      () => {
        const first = firstSession(and(isActive, hasPastBlock));
        return inSession(
          (session) => session.id === first.id && session !== first && hasPastBlock(session),
          (session) =>
            inBody(session, ({ blocks }) => ({
              blocks: blocks.map((block, index) =>
                index === 0 ? { ...block, endAtMs: block.endAtMs - 1 } : block,
              ),
            })),
          'last',
        );
      },
    ],
    [
      '2 blocks stand',
      'blocks that overlap',
      () =>
        inSession(hasTwoBlocks, (session) =>
          inBody(session, ({ blocks }) => ({ blocks: [...blocks].reverse() })),
        ),
    ],
    [
      '2 blocks stand',
      'a block after plug-out of a settled session',
      () =>
        inSession(and(isSettling, hasPastBlock), (session) =>
          inBody(session, ({ blocks }) => ({
            blocks: blocks.map((block) => ({ ...block, endAtMs: block.endAtMs + 1e9 })),
          })),
        ),
    ],
    [
      '3 energy is true',
      'a Wh that is in no quarter hour',
      () => inSession(hasPastBlock, (session) => withEnergy(session, 1, false)),
    ],
    [
      '3 energy is true',
      'half a kWh that the meter does not know',
      () => inSession(and(isSettling, hasPastBlock), (session) => withEnergy(session, 500, true)),
    ],
    [
      '3 energy is true',
      'energy that falls',
      () =>
        inSession(
          and(isActive, hasPastBlock),
          (session) => withEnergy(session, 1 - (session.body?.aggregated?.energyWh ?? 0), true),
          'last',
        ),
    ],
    [
      '3 energy is true',
      'a series with a hole',
      () =>
        inEventBody('"timeseries":[{', (body) => body.replace(/("timeseries":\[\{[^}]*\}),\{[^}]*\}/, '$1')),
    ],
    [
      '4 every change is told once',
      'an event that is missing',
      () => inShown(hasEvents, (shown) => ({ ...shown, events: [] })),
    ],
    [
      '4 every change is told once',
      'an event that is told twice',
      () =>
        inShown(hasEvents, (shown) => ({
          ...shown,
          events: shown.events.flatMap((event) => [event, event]),
        })),
    ],
    [
      '4 every change is told once',
      'a sequence with a gap',
      () =>
        inShown(hasEvents, (shown) => ({
          ...shown,
          events: shown.events.map((event) => ({ ...event, sequence: (event.sequence ?? 0) + 1 })),
        })),
    ],
    [
      '4 every change is told once',
      'a change of outcome that no event tells',
      () =>
        inSession(
          and(isActive, (session) => session.body?.outcome?.state === 'ON_TRACK'),
          (session) =>
            inBody(session, ({ outcome }) => ({ outcome: outcome && { ...outcome, state: 'AT_RISK' } })),
        ),
    ],
    [
      '4 every change is told once',
      'a receiver that misses one',
      () => without((fact) => fact.kind === 'delivered' && fact.bodies.length > 0, 20),
    ],
    [
      '4 every change is told once',
      'a receiver that gets another body',
      () => inDelivery((body) => body.replace('ON_TRACK', 'AT_RISK').replace('UPCOMING', 'SETTLED')),
    ],
    [
      '5 stored is rebuilt',
      'a session that its log does not give',
      () =>
        facts.map((fact) => (fact.kind === 'replayed' ? { ...fact, outcome: 'different' as const } : fact)),
    ],
    [
      '6 targets are reached or at risk',
      'a car that stands lower than its target at its time',
      () =>
        facts.map((fact) =>
          fact.kind === 'truth' && fact.isPluggedIn
            ? { ...fact, isCharging: false, levelPercent: Math.min(fact.levelPercent, 60) }
            : fact,
        ),
    ],
    [
      '6 targets are reached or at risk',
      'on track from a level from which nothing helps',
      () =>
        facts.map((fact) =>
          fact.kind === 'shown'
            ? {
                ...fact,
                inputs: fact.inputs.map((input) =>
                  input.levelPercent === null ? input : { ...input, levelPercent: 2 },
                ),
              }
            : fact,
        ),
    ],
    [
      '7 no start without a cause',
      'a start where no block is planned',
      () =>
        inShown(isIdleAtNoon, (shown) => ({
          ...shown,
          commands: shown.sessions.filter((session) => isActive(session, shown)).map(startOf(shown)),
        })),
    ],
    ['7 no start without a cause', 'a pause of five minutes', pausedShortly],
    [
      '8 readings count once',
      'an acknowledged reading that is not in the log',
      () => inShown(hasReading, (shown) => ({ ...shown, inputs: [] })),
    ],
    [
      '8 readings count once',
      'a reading that is there twice',
      () => inShown(hasReading, (shown) => ({ ...shown, inputs: [...shown.inputs, ...shown.inputs] })),
    ],
    [
      '8 readings count once',
      'an input that two steps took in',
      () =>
        inShown(hasReading, (shown) => ({
          ...shown,
          steps: shown.steps.map((step) => ({ ...step, inputIds: [...step.inputIds, ...step.inputIds] })),
        })),
    ],
    [
      '8 readings count once',
      'an input that no step took in',
      () =>
        inShown(hasReading, (shown) => ({
          ...shown,
          steps: shown.steps.map((step) => ({ ...step, inputIds: [] })),
        })),
    ],
    [
      '8 readings count once',
      'a retried request with another answer',
      () => [...facts, { kind: 'answered-twice', atMs: 0, what: 'PUT', first: '1', second: '2' }],
    ],
    [
      '9 connections hold',
      'a connection that is smaller than was told',
      () => facts.map((fact) => (fact.kind === 'connection' ? { ...fact, maxPowerKw: 3 } : fact)),
    ],
    ['9 connections hold', 'a car that really charges at the house of another one', movedToAnna],
  ];
  it.each(spoilt)('sees that "%s" is broken by %s', (invariant, _how, spoil) => {
    const tampered = spoil();
    expect(tampered).not.toEqual(facts);
    expect(findingsOf(tampered)).toContain(invariant);
  });
});

/** The names of the invariants that are broken. */
function findingsOf(told: readonly Fact[]): string[] {
  const checker = createChecker();
  return [...new Set(told.flatMap((fact) => checker.take(fact)).map(({ invariant }) => invariant))];
}

type Test = (session: ShownSession, shown: Shown) => boolean;

const isActive: Test = ({ state }) => state.startsWith('ACTIVE');
const isSettling: Test = ({ state, body, policyId }) =>
  state === 'SETTLED' && body !== null && policyId !== null;
const hasPastBlock = ({ body }: ShownSession): boolean =>
  (body?.blocks[0]?.energyWh ?? 0) > 500 && (body?.aggregated?.energyWh ?? 0) > 500;
const hasTwoBlocks: Test = ({ body }) => (body?.blocks.length ?? 0) > 1;
const late: Test = () => true;
const hasEvents: Test = (_session, { events }) => events.some(({ sequence }) => (sequence ?? 0) > 1);
const hasReading: Test = (_session, { inputs, steps }) =>
  inputs.some(({ kind }) => kind === 'reading') &&
  steps.some(({ inputIds }) => inputs.some(({ id }) => inputIds.includes(id)));
/** Nothing is planned for hours. */
const isIdleAtNoon: Test = (session, { atMs, history }) =>
  isActive(session, { atMs } as Shown) &&
  history.length === 0 &&
  session.body?.target !== null &&
  (session.body?.blocks ?? []).every(({ startAtMs, endAtMs }) => startAtMs > atMs + 3.6e6 || endAtMs < atMs);

function and(...tests: readonly Test[]): Test {
  return (session, shown) => tests.every((test) => test(session, shown));
}

function firstSession(test: Test): ShownSession {
  for (const fact of facts) {
    if (fact.kind !== 'shown') continue;
    const found = fact.sessions.find((session) => test(session, fact));
    if (found !== undefined) return found;
  }
  throw new Error('the world has no such session');
}

/** The facts with one look changed: the first, or the last, that has a session of a kind. */
function inShown(
  test: Test,
  change: (shown: Shown) => Shown,
  which: 'first' | 'last' = 'first',
): readonly Fact[] {
  const has = (fact: Fact): boolean =>
    fact.kind === 'shown' && fact.sessions.some((session) => test(session, fact));
  const index = which === 'first' ? facts.findIndex(has) : facts.findLastIndex(has);
  const fact = facts[index];
  if (fact?.kind !== 'shown') throw new Error('the world has no such look');
  return facts.with(index, change(fact));
}

function inSession(
  test: Test,
  change: (session: ShownSession) => ShownSession,
  which: 'first' | 'last' = 'first',
): readonly Fact[] {
  return inShown(
    test,
    (shown) => ({
      ...shown,
      sessions: shown.sessions.map((session) => (test(session, shown) ? change(session) : session)),
    }),
    which,
  );
}

function inBody(
  session: ShownSession,
  change: (body: StoredSession) => Partial<StoredSession>,
): ShownSession {
  return session.body === null ? session : { ...session, body: { ...session.body, ...change(session.body) } };
}

function withEnergy(session: ShownSession, moreWh: number, everywhere: boolean): ShownSession {
  return inBody(session, ({ aggregated, steps, blocks }) => ({
    aggregated: aggregated && { ...aggregated, energyWh: aggregated.energyWh + moreWh },
    ...(everywhere
      ? { steps: steps.with(0, { ...(steps[0] ?? NO_STEP), energyWh: (steps[0]?.energyWh ?? 0) + moreWh }) }
      : {}),
    ...(everywhere
      ? {
          blocks: blocks.with(0, {
            ...(blocks[0] ?? NO_BLOCK),
            energyWh: (blocks[0]?.energyWh ?? 0) + moreWh,
          }),
        }
      : {}),
  }));
}

const NO_STEP = { startAtMs: 0, energyWh: 0, levelPercent: null };
const NO_BLOCK = { type: 'REGULAR', startAtMs: 0, endAtMs: 1, energyWh: 0 };

function twin(session: ShownSession): ShownSession[] {
  return isActive(session, {} as Shown) ? [session, { ...session, id: `${session.id}-twin` }] : [session];
}

function inEventBody(has: string, change: (body: string) => string): readonly Fact[] {
  return facts.map((fact) =>
    fact.kind === 'shown'
      ? {
          ...fact,
          events: fact.events.map((event) =>
            event.body.includes(has) ? { ...event, body: change(event.body) } : event,
          ),
        }
      : fact,
  );
}

/** Without the n-th fact of a kind. */
function without(test: (fact: Fact) => boolean, number: number): readonly Fact[] {
  const chosen = facts.filter(test)[number];
  return facts.filter((fact) => fact !== chosen);
}

function inDelivery(change: (body: string) => string): readonly Fact[] {
  const index = facts.findIndex(
    (fact) => fact.kind === 'delivered' && fact.bodies.some((body) => change(body) !== body),
  );
  const fact = facts[index];
  if (fact?.kind !== 'delivered') throw new Error('the world has no such delivery');
  return facts.with(index, { ...fact, bodies: fact.bodies.map(change) });
}

function startOf({ atMs }: Shown) {
  return ({ id: sessionId, vehicleId }: ShownSession) => ({
    id: `start-${sessionId}`,
    vehicleId,
    sessionId,
    kind: 'START' as const,
    cause: 'PLAN',
    state: 'PENDING',
    attempts: 1,
    powerKw: null,
    createdAtMs: atMs,
    attemptedAtMs: atMs,
    expiresAtMs: atMs + 9e5,
  });
}

/** In the middle of a run that we began, the car is seen idle for five minutes. */
function pausedShortly(): readonly Fact[] {
  const runs = facts.flatMap((fact, index) =>
    fact.kind === 'truth' && fact.isCharging && fact.atMs > firstStartMs(fact.vehicleId)
      ? [{ fact, index }]
      : [],
  );
  const one = runs.find(({ fact }, place) => {
    const own = (other: (typeof runs)[number]): boolean => other.fact.vehicleId === fact.vehicleId;
    const [before, after] = [runs.slice(0, place).findLast(own), runs.slice(place + 1).find(own)];
    return before !== undefined && after !== undefined && after.fact.atMs - before.fact.atMs <= 6e5;
  });
  if (one === undefined) throw new Error('the world has no such run');
  return facts.with(one.index, { ...one.fact, isCharging: false });
}

/** The first car, of 11 kW, is plugged in where two others share as much. */
function movedToAnna(): readonly Fact[] {
  const shared = facts.find((fact) => fact.kind === 'connection' && fact.maxPowerKw !== null);
  const first = facts.find((fact) => fact.kind === 'car');
  if (shared?.kind !== 'connection' || first?.kind !== 'car') throw new Error('the world has no such car');
  const { locationId } = shared;
  return facts.map((fact) =>
    (fact.kind === 'truth' || fact.kind === 'policy') && fact.vehicleId === first.vehicleId
      ? { ...fact, locationId: fact.locationId === null ? null : locationId }
      : fact,
  ) as readonly Fact[];
}

function firstStartMs(vehicleId: string): number {
  for (const fact of facts) {
    if (fact.kind !== 'shown') continue;
    const start = fact.commands.find(
      (command) => command.vehicleId === vehicleId && command.kind === 'START',
    );
    if (start !== undefined) return start.attemptedAtMs;
  }
  return Number.POSITIVE_INFINITY;
}
