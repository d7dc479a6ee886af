import type { SessionChange } from '../engine/contract.ts';
import type { Query } from './database.ts';
import type { LockedLane } from './lanes.ts';
import type { SavedStep } from './save-steps.ts';
import { toTimestamp } from './values.ts';

/** A session as a step leaves it. */
export interface StepChange {
  readonly step: SavedStep;
  readonly change: SessionChange;
}

/**
 * Where replays begin: the lanes of sessions and visits that begin, those of cars that come together at a limited
 * location, and between which steps each session is made (docs/decisions/0017-replay.md).
 */
export async function saveReplayBase(
  tx: Query,
  steps: readonly SavedStep[],
  changes: readonly StepChange[],
): Promise<void> {
  const begun = changes.filter(({ change }) => change.isNew);
  await saveSpans(tx, begun);
  await endSpans(
    tx,
    changes.filter(({ change }) => !change.isNew && isSettled(change)),
  );
  const sites = [...new Set(steps.flatMap(({ site }) => (site === null ? [] : [site])))];
  const gathered = sites.flatMap((site) => {
    const at = steps.find((step) => step.site === site);
    return at === undefined ? [] : site.gathered.map((lane) => ({ site, lane, atMs: at.nowMs }));
  });
  await saveJoins(tx, gathered);
  await saveStates(tx, [
    ...begun.filter(isManaged).map(({ step }) => ({ lane: step.before, atMs: step.nowMs })),
    ...steps.filter(isUnmanagedArrival).map(({ before, nowMs }) => ({ lane: before, atMs: nowMs })),
    ...gathered,
  ]);
}

function isManaged({ change }: StepChange): boolean {
  return change.session.policyId !== null;
}

function isSettled({ session }: SessionChange): boolean {
  return session.state === 'SETTLED';
}

/** A visit begins in a lane without a session: nothing else marks where its record begins. */
function isUnmanagedArrival({ before, result }: SavedStep): boolean {
  const { visit } = result.lane;
  return (
    visit !== null && visit.id !== before.lane.visit?.id && Object.keys(before.lane.current).length === 0
  );
}

async function saveSpans(tx: Query, begun: readonly StepChange[]): Promise<void> {
  if (begun.length === 0) return;
  await tx.query(
    `insert into session_spans (client_id, session_id, vehicle_id, before_step, last_step, needed_from)
     select client_id, session_id, vehicle_id, before_step, last_step, least(inputs_from,
       (select min(i.received_at) from inbox i where i.client_id = g.client_id and i.vehicle_id = g.vehicle_id))
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::timestamptz[])
       as g(client_id, session_id, vehicle_id, before_step, last_step, inputs_from)`,
    [
      begun.map(({ step }) => step.before.clientId),
      begun.map(({ change }) => change.session.id),
      begun.map(({ step }) => step.before.vehicleId),
      begun.map((one) => (isManaged(one) ? one.step.before.stepNumber : null)),
      begun.map(({ step, change }) => (isSettled(change) ? step.before.stepNumber + 1 : null)),
      begun.map(({ step }) => toTimestamp(step.inputsFromMs)),
    ],
    'insert-spans',
  );
}

async function endSpans(tx: Query, ended: readonly StepChange[]): Promise<void> {
  if (ended.length === 0) return;
  await tx.query(
    `update session_spans s set last_step = g.last_step from unnest($1::uuid[], $2::uuid[], $3::bigint[])
       as g(client_id, session_id, last_step)
     where s.client_id = g.client_id and s.session_id = g.session_id`,
    [
      ended.map(({ step }) => step.before.clientId),
      ended.map(({ change }) => change.session.id),
      ended.map(({ step }) => step.before.stepNumber + 1),
    ],
    'end-spans',
  );
}

async function saveJoins(
  tx: Query,
  gathered: readonly { site: { locationId: string }; lane: LockedLane; atMs: number }[],
): Promise<void> {
  if (gathered.length === 0) return;
  await tx.query(
    `insert into site_joins (client_id, location_id, at, vehicle_id, step_number)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::bigint[])
     on conflict do nothing`,
    [
      gathered.map(({ lane }) => lane.clientId),
      gathered.map(({ site }) => site.locationId),
      gathered.map(({ atMs }) => toTimestamp(atMs)),
      gathered.map(({ lane }) => lane.vehicleId),
      gathered.map(({ lane }) => lane.stepNumber),
    ],
    'insert-joins',
  );
}

/** A lane that is kept already as it was after that step is the same. */
async function saveStates(
  tx: Query,
  kept: readonly { readonly lane: LockedLane; readonly atMs: number }[],
): Promise<void> {
  if (kept.length === 0) return;
  await tx.query(
    `insert into lane_states (client_id, vehicle_id, step_number, at, state)
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::jsonb[])
     on conflict do nothing`,
    [
      kept.map(({ lane }) => lane.clientId),
      kept.map(({ lane }) => lane.vehicleId),
      kept.map(({ lane }) => lane.stepNumber),
      kept.map(({ atMs }) => toTimestamp(atMs)),
      kept.map(({ lane }) => JSON.stringify(lane.lane)),
    ],
    'insert-lane-states',
  );
}
