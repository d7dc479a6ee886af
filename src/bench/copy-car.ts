import { DAY_MS } from '../domain/units.ts';
import type { Query } from '../store/database.ts';
import { readRows, type TableRow, type TableRows } from './table-rows.ts';

/** Everything of a car, its location and its policy that a page may show. */
export async function readCarRows(query: Query, clientId: string, vehicleId: string): Promise<TableRows> {
  const values = [clientId, vehicleId];
  const ofVehicle = 'client_id = $1 and vehicle_id = $2';
  const policies = `(select location_id from policies where ${ofVehicle})`;
  const sessions = `(select id from sessions where ${ofVehicle} and state <> 'SETTLED')`;
  return {
    vehicles: await readRows(query, 'vehicles', 'client_id = $1 and id = $2', values),
    locations: await readRows(query, 'locations', `client_id = $1 and id in ${policies}`, values),
    policies: await readRows(query, 'policies', ofVehicle, values),
    lanes: await readRows(query, 'lanes', ofVehicle, values),
    sessions: await readRows(query, 'sessions', ofVehicle, values),
    session_history: await readRows(
      query,
      'session_history',
      `client_id = $1 and session_id in ${sessions}`,
      values,
    ),
  };
}

interface Copy {
  readonly clientId: string;
  readonly number: number;
  readonly settledPerCar: number;
  readonly newId: () => string;
}

/** The same again with ids and names of its own, and a past as long as is asked for. */
export function copyCar(car: TableRows, copy: Copy): TableRows {
  const { vehicles, locations, policies, lanes, sessions, session_history } = withOwnIds(car, copy);
  const current = rowsOf(sessions).filter((row) => row.state !== 'SETTLED');
  const settled = rowsOf(sessions).filter((row) => row.state === 'SETTLED');
  const number = String(copy.number).padStart(5, '0');
  return {
    vehicles: rowsOf(vehicles).map((row) => ({
      ...row,
      connector: { type: 'http' },
      information: { ...objectOf(row.information), displayName: `Car ${number}` },
    })),
    locations: rowsOf(locations).map((row) => {
      const body = objectOf(row.body);
      return { ...row, body: { ...body, name: `${body.name} (${number})` } };
    }),
    policies: rowsOf(policies),
    lanes: rowsOf(lanes).map((row) => ({ ...row, timer_at: null })),
    sessions: [...current, ...pastOf(settled, copy)],
    session_history: rowsOf(session_history),
  };
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Every id but the client's is replaced, the same one everywhere by the same; and so is the user. */
function withOwnIds(car: TableRows, { clientId, number, newId }: Copy): TableRows {
  const ids = new Map([[clientId, clientId]]);
  const own = (id: string): string => {
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known;
  };
  const userId = JSON.stringify(car.vehicles?.[0]?.user_id);
  const text = JSON.stringify(car)
    .replace(UUID, own)
    .replaceAll(userId, JSON.stringify(`user-${number}`));
  return JSON.parse(text);
}

/** Earlier rounds of the same visits, each some weeks before the one after it; those of today stay. */
const ROUND_DAYS = 36;

function pastOf(settled: readonly TableRow[], { number, settledPerCar, newId }: Copy): TableRow[] {
  if (settled.length === 0) return [];
  return Array.from({ length: settledPerCar }, (_none, index) => {
    const row = settled[index % settled.length] ?? {};
    const round = Math.floor(index / settled.length);
    if (round === 0) return row;
    const shiftMs = -(round * ROUND_DAYS + (number % (ROUND_DAYS / 2))) * DAY_MS;
    const id = newId();
    const body = shifted({ ...objectOf(row.body), id }, shiftMs);
    return {
      ...row,
      id,
      visit_id: null,
      plugged_in_at: shiftedInstant(row.plugged_in_at, shiftMs),
      plugged_out_at: shiftedInstant(row.plugged_out_at, shiftMs),
      body,
    };
  });
}

/** Epoch milliseconds in a body have names that end so. */
function shifted(value: unknown, shiftMs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shifted(item, shiftMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      typeof part === 'number' && key.endsWith('Ms') ? part + shiftMs : shifted(part, shiftMs),
    ]),
  );
}

function shiftedInstant(instant: unknown, shiftMs: number): string | null {
  return typeof instant === 'string' ? new Date(Date.parse(instant) + shiftMs).toISOString() : null;
}

function rowsOf(rows: readonly TableRow[] | undefined): readonly TableRow[] {
  return rows ?? [];
}

function objectOf(value: unknown): TableRow {
  if (typeof value !== 'object' || value === null) throw new Error('expected an object in a column of JSON');
  return { ...value };
}
