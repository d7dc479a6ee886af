import { expect, it } from 'vitest';
import { DAY_MS } from '../domain/units.ts';
import { dropOld, makePartitions } from './partitions.ts';
import { describeOnDatabases } from './testing/databases.ts';
import { toTimestamp } from './values.ts';

const NOW_MS = Date.UTC(2026, 0, 10, 12);
const CLIENT = '00000000-0000-4000-8000-000000000001';
const PARKED = '00000000-0000-4000-8000-00000000000a';
const GONE = '00000000-0000-4000-8000-00000000000b';

describeOnDatabases('partitions', (database) => {
  async function addInput(vehicleId: string, atMs: number, mark: string): Promise<void> {
    await database().query(
      `insert into inputs (client_id, vehicle_id, observed_at, received_at, kind, content_hash, body)
       values ($1, $2, $3, $3, 'reading', $4, '{}')`,
      [CLIENT, vehicleId, toTimestamp(atMs), Buffer.from(mark)],
    );
  }

  async function inputs(): Promise<string[]> {
    const rows = await database().query<{ part: string; mark: string }>(
      `select tableoid::regclass::text as part, convert_from(content_hash, 'UTF8') as mark from inputs order by mark`,
    );
    return rows.map(({ part, mark }) => `${mark} in ${part}`);
  }

  it('are made for three weeks, once, and a week with rows already stays where it is', async () => {
    await addInput(GONE, NOW_MS, 'early bird');
    const made = await makePartitions(database(), NOW_MS);
    expect(made).toEqual([
      'inputs_20260115',
      'inputs_20260122',
      'steps_20260108',
      'steps_20260115',
      'steps_20260122',
      'events_20260108',
      'events_20260115',
      'events_20260122',
      'event_positions_20260108',
      'event_positions_20260115',
      'event_positions_20260122',
    ]);
    expect(await makePartitions(database(), NOW_MS)).toEqual([]);
    await addInput(GONE, NOW_MS + 7 * DAY_MS, 'next week');
    expect(await inputs()).toEqual(['early bird in inputs_default', 'next week in inputs_20260115']);
  });

  it('are dropped when they are old, but for what an unsettled session needs', async () => {
    const beganMs = NOW_MS + 8 * DAY_MS;
    await database().query(
      `insert into sessions (client_id, id, vehicle_id, user_id, state, is_shown, sequence, body)
       values ($1, $2, $2, 'anna', 'UPCOMING', true, 1, '{}')`,
      [CLIENT, PARKED],
    );
    await database().query(
      `insert into lane_snapshots (client_id, session_id, vehicle_id, step_number, state) values ($1, $2, $2, 7, '{}')`,
      [CLIENT, PARKED],
    );
    await database().query(
      `insert into steps (client_id, vehicle_id, step_number, at, input_ids, price_versions, given_ids)
       values ($1, $2, 7, $3, '[]', '{}', '[]')`,
      [CLIENT, PARKED, toTimestamp(beganMs)],
    );
    await addInput(PARKED, beganMs - 1, 'before the session');
    await addInput(PARKED, beganMs + 1, 'of the session');

    const dropped = await dropOld(database(), NOW_MS + 14 * DAY_MS);
    expect(dropped).toEqual([
      'steps_20260108',
      'events_20260108',
      'events_20260115',
      'event_positions_20260108',
      'event_positions_20260115',
    ]);
    expect(await inputs()).toEqual(['of the session in inputs_20260115']);

    await database().query("update sessions set state = 'SETTLED'");
    expect(await dropOld(database(), NOW_MS + 14 * DAY_MS)).toEqual(['inputs_20260115', 'steps_20260115']);
    expect(await inputs()).toEqual([]);
  });
});
