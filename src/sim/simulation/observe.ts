import type { Query } from '../../store/database.ts';
import { toTimestamp } from '../../store/values.ts';
import type {
  Shown,
  ShownCommand,
  ShownEntry,
  ShownEvent,
  ShownInput,
  ShownLane,
  ShownSession,
  ShownStep,
} from './facts.ts';
import { contentOf, isTelling } from './reading-content.ts';

/** What the looks need beside the service's own indexes. */
export async function addIndexes(query: Query): Promise<void> {
  await query.query('create index sim_inputs on inputs (id)');
  await query.query('create index sim_sessions on sessions (vehicle_id)');
}

/** Looks at the database of a simulated service from outside, and remembers how far it has seen. */
export interface Observer {
  /** All that is new since the last look. @param isQuiet nothing more is done at this instant. */
  look(nowMs: number, isQuiet: boolean): Promise<Shown>;
}

/** @param clientId the only client of that database. */
export function createObserver(query: Query, clientId: string): Observer {
  const stepNumbers = new Map<string, number>();
  const faults = new Map<string, string | null>();
  const entryNumbers = new Map<string, number>();
  /** The settled sessions that were shown, by id: whose they are. */
  const settled = new Map<string, string>();
  let lastEventId = 0;
  let lastInputId = 0;
  let lastLookMs = 0;

  async function readSurface() {
    const [row] = await query.query<Surface>(SURFACE, [lastInputId], 'sim-surface');
    if (row === undefined) throw new Error('expected one row');
    lastInputId = row.inputs.at(-1)?.id ?? lastInputId;
    const lanes = row.lanes.filter(
      ({ vehicleId, stepNumber, fault }) =>
        stepNumbers.get(vehicleId) !== stepNumber || (faults.get(vehicleId) ?? null) !== fault,
    );
    return { lanes, inputs: row.inputs.map(toInput), waitingCount: row.waitingCount };
  }

  async function readDepth(lanes: readonly ShownLane[]): Promise<Depth> {
    const vehicleIds = lanes.map(({ vehicleId }) => vehicleId);
    const known = [...settled].filter(([, vehicleId]) => vehicleIds.includes(vehicleId)).map(([id]) => id);
    const told = [...entryNumbers];
    const [row] = await query.query<Depth>(
      DEPTH,
      [
        clientId,
        vehicleIds,
        vehicleIds.map((vehicleId) => stepNumbers.get(vehicleId) ?? 0),
        known,
        lastEventId,
        told.map(([sessionId]) => sessionId),
        told.map(([, number]) => number),
        toTimestamp(lastLookMs),
      ],
      'sim-depth',
    );
    if (row === undefined) throw new Error('expected one row');
    return row;
  }

  function remember(lanes: readonly ShownLane[], { sessions, events, history }: Depth): void {
    for (const { vehicleId, stepNumber, fault } of lanes) {
      stepNumbers.set(vehicleId, stepNumber);
      faults.set(vehicleId, fault);
    }
    for (const { sessionId, number } of history) entryNumbers.set(sessionId, number);
    for (const { id, state, vehicleId } of sessions) {
      if (state !== 'SETTLED') continue;
      settled.set(id, vehicleId);
      entryNumbers.delete(id);
    }
    lastEventId = events.at(-1)?.id ?? lastEventId;
  }

  return {
    async look(nowMs, isQuiet) {
      const { lanes, inputs, waitingCount } = await readSurface();
      const shown = {
        kind: 'shown',
        atMs: nowMs,
        lanes,
        inputs,
        waitingCount: isQuiet ? waitingCount : null,
      } as const;
      if (lanes.length === 0) {
        return { ...shown, steps: [], sessions: [], events: [], history: [], commands: [] };
      }
      const depth = await readDepth(lanes);
      remember(lanes, depth);
      lastLookMs = nowMs;
      return { ...shown, ...depth };
    },
  };
}

interface Surface {
  readonly lanes: readonly ShownLane[];
  readonly inputs: readonly StoredInput[];
  readonly waitingCount: number;
}

interface Depth {
  readonly steps: readonly ShownStep[];
  readonly sessions: readonly ShownSession[];
  readonly events: readonly ShownEvent[];
  readonly history: readonly ShownEntry[];
  readonly commands: readonly ShownCommand[];
}

/** Rows of a query as one JSON array: a look is two statements, whatever there is to see. */
function rows(sql: string): string {
  return `(select coalesce(json_agg(to_json(r)), '[]') from (${sql}) r)`;
}

function ms(column: string, name: string): string {
  return `round(extract(epoch from ${column}) * 1000)::int8 as "${name}"`;
}

const SURFACE = `select
  ${rows(`select vehicle_id as "vehicleId", step_number as "stepNumber", fault from lanes order by vehicle_id`)} as lanes,
  ${rows(
    `select id, vehicle_id as "vehicleId", kind, ${ms('observed_at', 'observedAtMs')}, body->'reading' as reading
     from inputs where id > $1 order by id`,
  )} as inputs,
  (select count(*) from inbox) as "waitingCount"`;

/** Of a session's history what came since it was seen last; of one that is new, all. */
const DEPTH = `select
  ${rows(
    `select s.vehicle_id as "vehicleId", s.step_number as "stepNumber", ${ms('s.at', 'atMs')}, s.input_ids as "inputIds"
     from steps s join unnest($2::uuid[], $3::bigint[]) k(vehicle_id, step_number) using (vehicle_id)
     where s.client_id = $1 and s.step_number > k.step_number order by s.vehicle_id, s.step_number`,
  )} as steps,
  ${rows(
    `select id, vehicle_id as "vehicleId", policy_id as "policyId", state, sequence,
       md5(concat_ws('|', body::text, state, sequence, plugged_in_at, plugged_out_at)) as digest,
       case when id = any($4::uuid[]) then null else body end as body
     from sessions where vehicle_id = any($2::uuid[]) order by id`,
  )} as sessions,
  ${rows(
    `select id, kind, vehicle_id as "vehicleId", session_id as "sessionId", sequence, body from events
     where client_id = $1 and id > $5 order by id`,
  )} as events,
  ${rows(
    `select h.session_id as "sessionId", h.number, ${ms('h.at', 'atMs')}, h.body->>'cause' as cause,
       jsonb_typeof(h.body->'target') = 'object' as "hasNewTarget"
     from session_history h
     join sessions s on s.id = h.session_id and s.vehicle_id = any($2::uuid[]) and not s.id = any($4::uuid[])
     left join unnest($6::uuid[], $7::int[]) k(session_id, number) on k.session_id = h.session_id
     where h.client_id = $1 and h.number > coalesce(k.number, 0) order by h.session_id, h.number`,
  )} as history,
  ${rows(
    `select id, vehicle_id as "vehicleId", session_id as "sessionId", kind, cause, state, attempts,
       power_kw as "powerKw", ${ms('created_at', 'createdAtMs')}, ${ms('attempted_at', 'attemptedAtMs')},
       ${ms('expires_at', 'expiresAtMs')}
     from commands where client_id = $1 and vehicle_id = any($2::uuid[]) and attempted_at >= $8
     order by attempted_at, id`,
  )} as commands`;

interface StoredInput extends Pick<ShownInput, 'id' | 'vehicleId' | 'kind' | 'observedAtMs'> {
  readonly reading: StoredReading | null;
}

/** A reading as the log of inputs has it. */
interface StoredReading {
  readonly isPluggedIn?: boolean | null;
  readonly powerDeliveryState?: string | null;
  readonly levelPercent?: number | null;
  readonly powerKw?: number | null;
  readonly chargeLimitPercent?: number | null;
  readonly meterWh?: number | null;
  readonly locationId?: string | null;
  readonly isReachable?: boolean | null;
}

function toInput({ reading, ...input }: StoredInput): ShownInput {
  if (reading === null) {
    return { ...input, content: null, isTelling: false, meterWh: null, levelPercent: null };
  }
  const told = toTold(reading);
  return {
    ...input,
    content: contentOf(told),
    isTelling: isTelling(told),
    meterWh: reading.meterWh ?? null,
    levelPercent: reading.levelPercent ?? null,
  };
}

function toTold(reading: StoredReading) {
  return {
    isPluggedIn: reading.isPluggedIn,
    powerDeliveryState: reading.powerDeliveryState,
    batteryLevel: reading.levelPercent,
    chargeRate: reading.powerKw,
    chargeLimit: reading.chargeLimitPercent,
    energyMeter: reading.meterWh == null ? null : reading.meterWh / 1000,
    locationId: reading.locationId,
    isReachable: reading.isReachable,
  };
}
