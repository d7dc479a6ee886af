import { expect, test } from 'vitest';
import { describeOnDatabases } from '../../store/testing/databases.ts';
import { countWaiting, judgeDatabase } from './judge-database.ts';
import { keyOf } from './load.ts';
import type { Observation } from './metered-car.ts';

const CLIENT = '00000000-0000-4000-8000-000000000001';
const VEHICLE = '00000000-0000-4000-8000-000000000002';
const SESSION = '00000000-0000-4000-8000-000000000003';
const AT = '2026-01-05T12:00:00.000Z';

describeOnDatabases('judgeDatabase', (database) => {
  const told: Observation = {
    vehicleId: VEHICLE,
    observedAt: AT,
    isPluggedIn: true,
    powerDeliveryState: 'PLUGGED_IN:STOPPED',
    energyMeter: 7.25,
    batteryLevel: 50,
    chargeRate: 0,
  };
  const acknowledged = new Map([[keyOf(told), told]]);
  const judge = (of: ReadonlyMap<string, Observation> = acknowledged) => judgeDatabase(database().target, of);

  test('readings, steps and events are followed from the acknowledgement to the end', async () => {
    expect(await judge(new Map())).toEqual([]);
    expect(await judge()).toEqual([`reading ${keyOf(told)} was acknowledged and is not in the log`]);

    const id = await append('a', { meterWh: 7_250, isPluggedIn: true });
    expect(await judge()).toEqual([`input ${id} (reading) was taken in by 0 steps`]);
    await step(1, [id]);
    expect(await judge()).toEqual([]);
    expect(await judge(new Map())).toEqual([
      `reading ${keyOf(told)} is in the log, and nobody acknowledged it`,
    ]);

    await step(2, [id]);
    expect(await judge()).toEqual([`input ${id} (reading) was taken in by 2 steps`]);
    await database().query('delete from steps where step_number = 2');

    const twice = await append('b', { meterWh: 7_251, isPluggedIn: true });
    await step(3, [twice]);
    expect(await judge()).toEqual([
      `reading ${keyOf(told)} is in the log twice`,
      `reading ${keyOf(told)} is in the log with another content`,
    ]);
    await database().query('delete from inputs where id = $1', [twice]);

    await session(2);
    await event(1);
    expect(await judge()).toEqual([
      `session ${SESSION} is at change 2, and has 1 events, the last numbered 1`,
    ]);
    await event(2);
    expect(await judge()).toEqual([]);
    await event(2);
    expect(await judge()).toEqual([
      `session ${SESSION} is at change 2, and has 3 events, the last numbered 2`,
    ]);
  });

  test('what waits is counted', async () => {
    expect(await countWaiting(database().target)).toBe(0);
    await database().query(
      `insert into inbox (client_id, vehicle_id, input_id, observed_at, priority, received_at, kind, body)
       values ($1, $2, 1, now(), 1, now(), 'reading', '{}')`,
      [CLIENT, VEHICLE],
    );
    expect(await countWaiting(database().target)).toBe(1);
  });

  async function append(hash: string, reading: object): Promise<number | undefined> {
    const [row] = await database().query<{ id: number }>(
      `insert into inputs (client_id, vehicle_id, observed_at, received_at, kind, content_hash, body)
       values ($1, $2, $3, now(), 'reading', $4, $5) returning id`,
      [CLIENT, VEHICLE, AT, Buffer.from(hash), JSON.stringify({ kind: 'reading', reading })],
    );
    return row?.id;
  }

  async function step(number: number, inputIds: readonly unknown[]): Promise<void> {
    await database().query(
      `insert into steps (client_id, vehicle_id, step_number, at, input_ids, price_versions, given_ids)
       values ($1, $2, $3, now(), $4, '{}', '[]')`,
      [CLIENT, VEHICLE, number, JSON.stringify(inputIds)],
    );
  }

  async function session(sequence: number): Promise<void> {
    await database().query(
      `insert into sessions (client_id, id, vehicle_id, user_id, state, is_shown, sequence, body)
       values ($1, $2, $3, 'somebody', 'UPCOMING', true, $4, '{}')`,
      [CLIENT, SESSION, VEHICLE, sequence],
    );
  }

  async function event(sequence: number): Promise<void> {
    await database().query(
      `insert into events (client_id, created_at, kind, user_id, session_id, sequence, body)
       values ($1, now(), 'flex:session:updated', 'somebody', $2, $3, '{}')`,
      [CLIENT, SESSION, sequence],
    );
  }
});
