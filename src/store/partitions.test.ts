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

  async function addSpan(vehicleId: string, fromMs: number): Promise<void> {
    await database().query(
      `insert into session_spans (client_id, session_id, vehicle_id, before_step, needed_from)
       values ($1, $2, $2, 7, $3)`,
      [CLIENT, vehicleId, toTimestamp(fromMs)],
    );
  }

  async function addStep(vehicleId: string, number: number, atMs: number, site: object | null = null) {
    await database().query(
      `insert into steps (client_id, vehicle_id, step_number, at, input_ids, price_versions, given_ids, site)
       values ($1, $2, $3, $4, '[]', '{}', '[]', $5)`,
      [CLIENT, vehicleId, number, toTimestamp(atMs), site === null ? null : JSON.stringify(site)],
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
    await addSpan(PARKED, beganMs);
    await addStep(PARKED, 7, beganMs);
    await addInput(PARKED, beganMs - DAY_MS, 'before the session');
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

    // The lane's first step of all: no step before it marks when the session began.
    await database().query('delete from steps');
    expect(await dropOld(database(), NOW_MS + 14 * DAY_MS)).toEqual(['steps_20260115']);
    expect(await inputs()).toEqual(['of the session in inputs_20260115']);

    await database().query("update sessions set state = 'SETTLED'");
    expect(await dropOld(database(), NOW_MS + 14 * DAY_MS)).toEqual(['inputs_20260115']);
    expect(await inputs()).toEqual([]);
  });

  it('keep late readings, those that wait, and the steps of neighbours as long as a session shared a limit with them', async () => {
    const agoMs = NOW_MS - 300 * DAY_MS;
    const at = (day: number): number => agoMs + day * DAY_MS;
    await database().query("update sessions set state = 'UPCOMING', vehicle_id = id");
    await database().query('update session_spans set needed_from = $1', [toTimestamp(at(10))]);
    const site = { locationId: CLIENT };
    // It came to the others on the first day, left and came again on the twelfth, and left for good on the fourteenth.
    for (const [day, lane] of [
      [1, PARKED],
      [1, GONE],
      [12, PARKED],
      [12, GONE],
    ] as const) {
      await database().query('insert into site_joins values ($1, $1, $2, $3, 1)', [
        CLIENT,
        toTimestamp(at(day)),
        lane,
      ]);
    }
    for (const [number, day, isShared] of [
      [1, 1, true],
      [2, 9, false],
      [3, 11, false],
      [4, 12, true],
      [5, 14, true],
      [6, 20, false],
    ] as const) {
      await addStep(PARKED, number, at(day), isShared ? site : null);
      await addStep(GONE, number, at(day), isShared ? site : null);
    }
    await addInput(PARKED, at(2), 'late');
    await database().query('update inputs set received_at = $1', [toTimestamp(at(13))]);
    await addInput(GONE, at(2), 'waiting');
    await database().query(
      `insert into inbox select client_id, vehicle_id, id, observed_at, 1, received_at, kind, body from inputs
       where vehicle_id = $1`,
      [GONE],
    );
    await dropOld(database(), NOW_MS);
    const left = await database().query<{ vehicle_id: string; numbers: number[] }>(
      'select vehicle_id, array_agg(step_number order by step_number) as numbers from steps group by 1 order by 1',
    );
    // Of its own all since it was among others before its session began; of theirs those until it left.
    expect(left.map(({ vehicle_id, numbers }) => [vehicle_id, numbers])).toEqual([
      [PARKED, [1, 2, 3, 4, 5, 6]],
      [GONE, [1, 2, 3, 4, 5]],
    ]);
    expect((await inputs()).map((text) => text.split(' ')[0])).toEqual(['late', 'waiting']);

    await database().query("update sessions set state = 'SETTLED'");
    await database().query('delete from inbox');
    await dropOld(database(), NOW_MS);
    expect(await database().query('select 1 from steps union all select 1 from site_joins')).toEqual([]);
    expect(await inputs()).toEqual([]);
  });
});
