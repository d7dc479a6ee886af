import { expect, it } from 'vitest';
import { setTarget } from '../app/change-target.ts';
import type { Session } from '../domain/session.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/units.ts';
import type { Database } from '../store/database.ts';
import { readCar } from '../store/sandbox.ts';
import { listSettledSessions, readCurrentSession } from '../store/session-reads.ts';
import { describeOnDatabases, type TestStore, testDatabases } from '../store/testing/databases.ts';
import { changeSimulatedCar } from './change-simulated-car.ts';
import { openSandbox } from './open-sandbox.ts';
import { levelPercentOf } from './plant.ts';
import type { SimulatedCar } from './simulated-car.ts';
import { openTestSandbox, settleIn, value } from './testing/sandbox-world.ts';

// Monday, 18:00 in Oslo.
const EVENING_MS = Date.UTC(2026, 0, 5, 17);
const MORNING_MS = EVENING_MS + 14 * HOUR_MS;
const READY_BY_MS = Date.UTC(2026, 0, 6, 6);

describeOnDatabases('the sandbox', (database) => {
  it('lives a night: the car is plugged in, charged in the cheap hours, ready in time, and settled', async () => {
    const world = await openTestSandbox(database(), EVENING_MS);
    const { sandbox, deps } = world;
    try {
      const { clientId, vehicle, home, policy } = await settleIn(world);
      value(
        await changeSimulatedCar(sandbox, clientId, vehicle.id, { isPluggedIn: true, locationId: home.id }),
      );
      expect(await sandbox.advanceTo(READY_BY_MS)).toBe(true);
      expect(sandbox.read()).toEqual({ nowMs: READY_BY_MS, speed: 0 });

      const charged = await readCurrentSession(deps.database, clientId, policy.id);
      expect(charged).toMatchObject({ state: 'ACTIVE:REGULAR', outcome: { state: 'REACHED' } });
      const row = await readCar<SimulatedCar>(deps.database, clientId, vehicle.id);
      expect(row === null ? null : Math.round(levelPercentOf(row.car.plant))).toBe(80);
      // 30 % of 60 kWh at an efficiency of 0.9, from the hours at 0.05.
      expect(charged?.aggregated?.energyWh).toBeGreaterThan(19_500);
      expect(charged?.aggregated?.energyWh).toBeLessThan(20_500);
      expect(charged?.valuation?.actualMicros).toBeLessThan(0.055 * 20.5 * 1e6);
      expect(charged?.valuation?.baselineMicros).toBeGreaterThan(0.25 * 19.5 * 1e6);

      value(await changeSimulatedCar(sandbox, clientId, vehicle.id, { isPluggedIn: false }));
      await sandbox.advanceTo(MORNING_MS);
      const settled = await settledOf(deps.database, clientId);
      expect(settled.map(({ id, state }) => ({ id, state }))).toEqual([
        { id: charged?.id, state: 'SETTLED' },
      ]);
      const next = await readCurrentSession(deps.database, clientId, policy.id);
      expect(next).toMatchObject({ state: 'UPCOMING' });
      expect(next?.id).not.toBe(charged?.id);
    } finally {
      await sandbox.stop();
    }
    expect(world.complaints).toEqual([]);
  });

  it('gives a car at once what a call over HTTP asked of it, before time moves', async () => {
    const world = await openTestSandbox(database(), EVENING_MS);
    const { sandbox, deps } = world;
    try {
      const { clientId, vehicle, home, policy } = await settleIn(world);
      const change = { isPluggedIn: true, locationId: home.id };
      value(await changeSimulatedCar(sandbox, clientId, vehicle.id, change));
      const session = await readCurrentSession(deps.database, clientId, policy.id);
      const override = { type: 'IMMEDIATE_START', minimumChargeTarget: 90 } as const;
      value(await setTarget(deps, clientId, session?.id ?? '', override));
      const startMs = sandbox.read().nowMs;
      await sandbox.advanceTo(startMs + 15 * MINUTE_MS);
      const charged = await readCurrentSession(deps.database, clientId, policy.id);
      expect(charged?.blocks[0]).toMatchObject({ type: 'IMMEDIATE_START', startAtMs: startMs });
      // 15 min at 6 kW.
      expect(charged?.aggregated?.energyWh).toBe(1500);
    } finally {
      await sandbox.stop();
    }
  });

  it('never goes back, and does nothing then', async () => {
    const { sandbox } = await openTestSandbox(database(), EVENING_MS);
    const before = sandbox.read();
    expect(await sandbox.advanceTo(before.nowMs - 1)).toBe(false);
    expect(sandbox.read()).toEqual(before);
    await sandbox.stop();
  });

  it('is no place for a service of every day, which would read its clock wrongly', async () => {
    await expect(openSandbox(database(), { kind: 'service' }, EVENING_MS)).rejects.toThrow(
      'this database holds a sandbox',
    );
  });
});

for (const kind of testDatabases()) {
  it.skipIf(kind.missing !== null)(
    `lives the same night in one go, and in pieces with restarts (${kind.name})`,
    async () => {
      const whole = await lived(kind.create, kind.drop, [MORNING_MS - EVENING_MS]);
      const pieces = Array.from(
        { length: 14 },
        (_, index) => (index + 1) * 60 * MINUTE_MS - (index < 13 ? 7 * MINUTE_MS : 0),
      );
      const cut = await lived(kind.create, kind.drop, pieces);
      expect(whole.length).toBe(1);
      expect(cut).toEqual(whole);
    },
  );
}

/** The settled sessions of a night that is lived in pieces, a new process for each; ids left out. */
async function lived(
  create: () => Promise<TestStore>,
  drop: (store: TestStore) => Promise<void>,
  pieces: readonly number[],
): Promise<unknown[]> {
  const store = await create();
  try {
    let world = await openTestSandbox(store, EVENING_MS);
    const { clientId, vehicle, home } = await settleIn(world);
    value(
      await changeSimulatedCar(world.sandbox, clientId, vehicle.id, {
        isPluggedIn: true,
        locationId: home.id,
      }),
    );
    for (const piece of pieces) {
      await world.sandbox.advanceTo(EVENING_MS + piece);
      await world.sandbox.stop();
      world = await openTestSandbox(store, EVENING_MS);
      expect(world.sandbox.read().nowMs).toBe(EVENING_MS + piece);
    }
    value(await changeSimulatedCar(world.sandbox, clientId, vehicle.id, { isPluggedIn: false }));
    await world.sandbox.advanceTo(MORNING_MS + HOUR_MS);
    await world.sandbox.stop();
    const sessions = await settledOf(store, clientId);
    return sessions.map(
      ({ id: _id, policyId: _policy, vehicleId: _vehicle, locationId: _location, ...rest }) => rest,
    );
  } finally {
    await drop(store);
  }
}

async function settledOf(database: Database, clientId: string): Promise<Session[]> {
  const all = {
    fromMs: null,
    toMs: null,
    policyId: null,
    locationId: null,
    vehicleId: null,
    userId: null,
    kind: null,
  };
  const { rows } = await listSettledSessions(database, clientId, all, {
    kind: 'first',
    cursor: null,
    pageSize: 10,
  });
  return rows.map(({ body }) => body);
}
