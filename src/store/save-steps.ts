import type { Advance, SessionChange } from '../engine/contract.ts';
import type { Query } from './database.ts';
import { appendEvents } from './events.ts';
import { saveHistory } from './history.ts';
import { laneHash } from './lane-hash.ts';
import type { LockedLane } from './lanes.ts';
import type { PriceSource } from './price-sources.ts';
import { type StepChange, saveReplayBase } from './save-replay-base.ts';
import { type SiteLog, siteLogsOf } from './site-log.ts';
import { toTimestamp } from './values.ts';

/** One step of one lane, with everything that must be stored of it. */
export interface SavedStep {
  readonly before: LockedLane;
  readonly result: Advance;
  readonly nowMs: number;
  /** In the order in which they were taken in. */
  readonly inputIds: readonly number[];
  /** When the first of them was received; `nowMs` without any. */
  readonly inputsFromMs: number;
  /** Version of the prices seen, by location id; empty where it has none. */
  readonly priceVersions: Readonly<Record<string, string>>;
  /** What makes those prices again. */
  readonly prices: readonly PriceState[];
  readonly givenIds: readonly string[];
  /** With which lanes of the same limited location it was taken; null for a step of one lane. */
  readonly site: SiteLog | null;
  /** The bodies of the events, in their order. */
  readonly events: readonly EventRow[];
}

export interface PriceState {
  readonly version: string;
  readonly source: PriceSource;
}

export interface EventRow {
  readonly kind: string;
  readonly sessionId: string | null;
  readonly policyId: string | null;
  readonly sequence: number | null;
  readonly body: string;
}

/** Stores steps with all their effects, a few set-based statements for any number of lanes, in the caller's transaction. */
export async function saveSteps(tx: Query, steps: readonly SavedStep[]): Promise<void> {
  await saveLanes(tx, steps);
  await deleteInbox(tx, steps);
  const changes = await saveSessions(tx, steps);
  await saveReplayBase(tx, steps, changes);
  await saveCommands(tx, steps);
  await saveEvents(tx, steps);
  await saveHistory(
    tx,
    steps.flatMap(({ before, result }) =>
      result.history.map((entry) => ({ clientId: before.clientId, entry })),
    ),
  );
}

async function saveLanes(tx: Query, steps: readonly SavedStep[]): Promise<void> {
  const states = steps.map(({ result }) => JSON.stringify(result.lane));
  const prices = pricesOf(steps);
  await tx.query(
    SAVE_LANES,
    [
      steps.map(({ before }) => before.clientId),
      steps.map(({ before }) => before.vehicleId),
      steps.map(({ before }) => before.stepNumber + 1),
      steps.map(({ result }) => toTimestamp(result.lane.steppedAtMs)),
      states,
      steps.map(({ result }) => toTimestamp(result.timerAtMs)),
      steps.map(({ result }) => visitLocation(result)),
      steps.map(({ inputIds }) => JSON.stringify(inputIds)),
      steps.map(({ priceVersions }) => JSON.stringify(priceVersions)),
      steps.map(({ givenIds }) => JSON.stringify(givenIds)),
      siteLogsOf(steps).map((log) => (log === null ? null : JSON.stringify(log))),
      states.map(laneHash),
      prices.map(({ clientId }) => clientId),
      prices.map(({ version }) => version),
      prices.map(({ source }) => JSON.stringify(source)),
      prices.map(({ madeAtMs }) => toTimestamp(madeAtMs)),
    ],
    'save-lanes',
  );
}

/** Price states go in the order of their keys: two batches that note the same ones do not wait in a circle. */
const SAVE_LANES = `
  with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::jsonb[], $6::timestamptz[],
                         $7::uuid[], $8::jsonb[], $9::jsonb[], $10::jsonb[], $11::jsonb[], $12::bytea[])
      as g(client_id, vehicle_id, step_number, at, state, timer_at, location_id, input_ids, price_versions, given_ids,
        site, lane_hash)
  ), logged as (
    insert into steps (client_id, vehicle_id, step_number, at, input_ids, price_versions, given_ids, site, lane_hash)
    select client_id, vehicle_id, step_number, at, input_ids, price_versions, given_ids, site, lane_hash from given
  ), noted as (
    insert into price_states (client_id, version, source, made_at)
    select * from unnest($13::uuid[], $14::text[], $15::jsonb[], $16::timestamptz[]) p(client_id, version, source, made_at)
    order by client_id, version
    on conflict do nothing
  )
  update lanes l set step_number = g.step_number, stepped_at = g.at, state = g.state, timer_at = g.timer_at,
    location_id = g.location_id, site_id = (g.site->>'locationId')::uuid, fault_count = 0, fault = null, retry_at = null
  from given g where l.client_id = g.client_id and l.vehicle_id = g.vehicle_id`;

interface NotedPrices extends PriceState {
  readonly clientId: string;
  readonly madeAtMs: number;
}

function pricesOf(steps: readonly SavedStep[]): NotedPrices[] {
  const noted = new Map<string, NotedPrices>();
  for (const { before, prices, nowMs } of steps) {
    for (const state of prices) {
      const { clientId } = before;
      noted.set(`${clientId}/${state.version}`, { ...state, clientId, madeAtMs: nowMs });
    }
  }
  return [...noted.values()];
}

async function deleteInbox(tx: Query, steps: readonly SavedStep[]): Promise<void> {
  const rows = steps.flatMap(({ before, inputIds }) =>
    inputIds.map((inputId) => ({ clientId: before.clientId, vehicleId: before.vehicleId, inputId })),
  );
  if (rows.length > 0) {
    await tx.query(
      `delete from inbox i using unnest($1::uuid[], $2::uuid[], $3::bigint[]) as g(client_id, vehicle_id, input_id)
       where i.client_id = g.client_id and i.vehicle_id = g.vehicle_id and i.input_id = g.input_id`,
      [
        rows.map(({ clientId }) => clientId),
        rows.map(({ vehicleId }) => vehicleId),
        rows.map(({ inputId }) => inputId),
      ],
      'delete-inbox',
    );
  }
}

/** Gives each session that they leave changed. */
async function saveSessions(tx: Query, steps: readonly SavedStep[]): Promise<readonly StepChange[]> {
  const deleted = steps.flatMap(({ before, result }) =>
    result.deletedSessionIds.map((id) => ({ clientId: before.clientId, id })),
  );
  if (deleted.length > 0) {
    await tx.query(
      `with given as (select * from unnest($1::uuid[], $2::uuid[]) as g(client_id, id)
       ), forgotten as (
         delete from session_history h using given g where h.client_id = g.client_id and h.session_id = g.id
       ), unneeded as (
         delete from session_spans n using given g where n.client_id = g.client_id and n.session_id = g.id)
       delete from sessions s using given g where s.client_id = g.client_id and s.id = g.id`,
      [deleted.map(({ clientId }) => clientId), deleted.map(({ id }) => id)],
    );
  }
  const changes = steps.flatMap((step) =>
    lastOfEach(step.result.sessions).map((change) => ({ clientId: step.before.clientId, change, step })),
  );
  if (changes.length === 0) {
    return changes;
  }
  await tx.query(
    UPSERT_SESSIONS,
    [
      changes.map(({ clientId }) => clientId),
      changes.map(({ change }) => change.session.id),
      changes.map(({ change }) => change.session.policyId),
      changes.map(({ change }) => change.session.vehicleId),
      changes.map(({ change }) => change.session.locationId),
      changes.map(({ change }) => change.session.userId),
      changes.map(({ change }) => change.visitId),
      changes.map(({ change }) => change.session.state),
      changes.map(({ change }) => toTimestamp(change.session.pluggedInAtMs)),
      changes.map(({ change }) => toTimestamp(change.session.pluggedOutAtMs)),
      changes.map(({ change }) => change.isShown),
      changes.map(({ change }) => change.sequence),
      changes.map(({ change }) => change.session.error?.code ?? null),
      changes.map(({ change }) => JSON.stringify(change.session)),
    ],
    'upsert-sessions',
  );
  const hiding = changes.filter(({ change }) => change.hidesVisit && change.visitId !== null);
  if (hiding.length > 0) {
    await tx.query(
      `update sessions s set is_shown = false from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as g(client_id, visit_id, id)
       where s.client_id = g.client_id and s.visit_id = g.visit_id and s.id <> g.id and s.is_shown
         and s.state = 'SETTLED'`,
      [
        hiding.map(({ clientId }) => clientId),
        hiding.map(({ change }) => change.visitId),
        hiding.map(({ change }) => change.session.id),
      ],
    );
  }
  return changes;
}

/** A session that settles comes before the policy's next one, which may not exist beside it. */
const UPSERT_SESSIONS = `
  insert into sessions (client_id, id, policy_id, vehicle_id, location_id, user_id, visit_id, state, plugged_in_at,
    plugged_out_at, is_shown, sequence, error_code, body)
  select client_id, id, policy_id, vehicle_id, location_id, user_id, visit_id, state, plugged_in_at, plugged_out_at,
    is_shown, sequence, error_code, body
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[],
    $9::timestamptz[], $10::timestamptz[], $11::boolean[], $12::int[], $13::text[], $14::jsonb[]) with ordinality
    as g(client_id, id, policy_id, vehicle_id, location_id, user_id, visit_id, state, plugged_in_at, plugged_out_at,
      is_shown, sequence, error_code, body, n)
  order by n
  on conflict (client_id, id) do update set visit_id = excluded.visit_id, state = excluded.state,
    plugged_in_at = excluded.plugged_in_at, plugged_out_at = excluded.plugged_out_at,
    is_shown = excluded.is_shown, sequence = excluded.sequence, error_code = excluded.error_code, body = excluded.body
  where sessions.state <> 'SETTLED'`;

async function saveCommands(tx: Query, steps: readonly SavedStep[]): Promise<void> {
  const rows = steps.flatMap(({ before, result }) => result.commands.map((command) => ({ before, command })));
  if (rows.length === 0) {
    return;
  }
  await tx.query(
    `insert into commands (client_id, id, vehicle_id, session_id, kind, cause, state, attempts, created_at, attempted_at,
       expires_at, finished_at, detail, power_kw)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[],
       $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[],
       $14::double precision[])
     on conflict (client_id, id) do update set state = excluded.state, attempts = excluded.attempts,
       attempted_at = excluded.attempted_at, expires_at = excluded.expires_at, finished_at = excluded.finished_at,
       detail = excluded.detail`,
    [
      rows.map(({ before }) => before.clientId),
      rows.map(({ command }) => command.id),
      rows.map(({ before }) => before.vehicleId),
      rows.map(({ command }) => command.sessionId),
      rows.map(({ command }) => command.kind),
      rows.map(({ command }) => command.cause),
      rows.map(({ command }) => command.state),
      rows.map(({ command }) => command.attempts),
      rows.map(({ command }) => toTimestamp(command.createdAtMs)),
      rows.map(({ command }) => toTimestamp(command.attemptedAtMs)),
      rows.map(({ command }) => toTimestamp(command.expiresAtMs)),
      rows.map(({ command }) => toTimestamp(command.finishedAtMs)),
      rows.map(({ command }) => command.detail),
      rows.map(({ command }) => command.powerKw ?? null),
    ],
    'upsert-commands',
  );
}

async function saveEvents(tx: Query, steps: readonly SavedStep[]): Promise<void> {
  const events = steps.flatMap(({ before, events, nowMs }) =>
    events.map((event) => ({
      ...event,
      clientId: before.clientId,
      createdAtMs: nowMs,
      userId: before.lane.vehicle.userId,
      vehicleId: before.vehicleId,
    })),
  );
  await appendEvents(tx, events);
}

/** A session that changed twice in one step is stored once, as it was last. */
function lastOfEach(changes: readonly SessionChange[]): readonly SessionChange[] {
  const last = new Map<string, SessionChange>();
  for (const change of changes) {
    const earlier = last.get(change.session.id);
    last.set(change.session.id, earlier === undefined ? change : { ...change, isNew: earlier.isNew });
  }
  return [...last.values()];
}

function visitLocation({ lane }: Advance): string | null {
  return lane.visit?.place.kind === 'at' ? lane.visit.place.locationId : null;
}
