import { z } from 'zod';
import { clearTarget, setTarget } from '../app/change-target.ts';
import { readPlan } from '../app/read-plan.ts';
import { no } from '../app/result.ts';
import { listHistory } from '../store/history.ts';
import { readPolicy, readPolicyVehicle } from '../store/policies.ts';
import { listCurrentSessions, readCurrentSession, readSession } from '../store/session-reads.ts';
import { historyEntrySchema, toWireHistoryEntry } from '../wire/history.ts';
import { pageOf, pageQuery } from '../wire/page.ts';
import { planSchema } from '../wire/plan.ts';
import { uuid } from '../wire/scalars.ts';
import { sessionSchema, toWireSession } from '../wire/session.ts';
import { targetIn } from '../wire/target.ts';
import { BY_ID, BY_INSTANT, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { namesIn } from './names-in.ts';
import { currentFilterOf, currentQuery, sessionPage, timeseries } from './session-queries.ts';
import { settledRoutes } from './settled-routes.ts';

const tag = 'Sessions';
const historyPage = pageOf(historyEntrySchema).meta({ id: 'HistoryPage' });

const getActive = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/{policyId}/session',
  tag,
  summary: 'Get the active session for a policy',
  description: 'The current upcoming or active session; always managed.',
  params: z.object({ policyId: uuid }),
  answers: { 200: { description: 'The current session.', schema: sessionSchema } },
})(async ({ params, clientId }, { deps }) => {
  const session = await readCurrentSession(deps.database, clientId, params.policyId);
  if (session !== null) return { status: 200, body: toWireSession(session, deps.clock.nowMs()) };
  const policy = await readPolicy(deps.database, clientId, params.policyId);
  const missing = policy === null ? 'vehicle policy' : 'current session of the vehicle policy';
  return no('not-found', `There is no ${missing} ${params.policyId}.`);
});

const getSettled = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/{policyId}/sessions/{sessionId}',
  tag,
  summary: 'Get a specific settled session',
  description: "The policy's own, or an unmanaged one of the policy's vehicle.",
  params: z.object({ policyId: uuid, sessionId: uuid }),
  answers: { 200: { description: 'The settled session.', schema: sessionSchema } },
})(async ({ params, clientId }, { deps }) => {
  const { policyId, sessionId } = params;
  const vehicleId = await readPolicyVehicle(deps.database, clientId, policyId);
  if (vehicleId === null) return no('not-found', `There is no vehicle policy ${policyId}.`);
  const session = await readSession(deps.database, clientId, sessionId);
  const isOfPolicy =
    session?.policyId === policyId || (session?.policyId === null && session.vehicleId === vehicleId);
  if (session === null || !isOfPolicy) {
    return no('not-found', `There is no session ${sessionId} of this vehicle policy.`);
  }
  if (session.state !== 'SETTLED') return no('not-found', `The session ${sessionId} is not settled yet.`);
  return { status: 200, body: toWireSession(session, deps.clock.nowMs()) };
});

const listCurrent = defineRoute({
  method: 'GET',
  path: '/flex/sessions',
  tag,
  summary: 'List current sessions',
  description: 'Upcoming and active sessions, the newest first.',
  query: z.strictObject({ ...currentQuery, ...pageQuery, timeseries }),
  answers: { 200: { description: 'One page.', schema: sessionPage } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listCurrentSessions(deps.database, clientId, currentFilterOf(query), page.value);
  const nowMs = deps.clock.nowMs();
  const options = { timeseries: query.timeseries !== 'false' };
  return { status: 200, body: toWirePage(found, (row) => toWireSession(row.body, nowMs, options)) };
});

const getSession = defineRoute({
  method: 'GET',
  path: '/flex/sessions/{sessionId}',
  tag,
  summary: 'Get any session',
  params: z.object({ sessionId: uuid }),
  answers: { 200: { description: 'The session, in any state.', schema: sessionSchema } },
})(async ({ params, clientId }, { deps }) => {
  const session = await readSession(deps.database, clientId, params.sessionId);
  if (session === null) return no('not-found', `There is no session ${params.sessionId}.`);
  return { status: 200, body: toWireSession(session, deps.clock.nowMs()) };
});

const getPlan = defineRoute({
  method: 'GET',
  path: '/flex/sessions/{sessionId}/plan',
  tag,
  summary: 'Get the live plan of a session',
  description:
    'Prices with their provenance, planned cost, its proven lower bound, and how safe the plan is.',
  params: z.object({ sessionId: uuid }),
  answers: { 200: { description: 'The plan.', schema: planSchema } },
})(async ({ params, clientId }, { deps }) => {
  const plan = await readPlan(deps, clientId, params.sessionId);
  return plan.ok ? { status: 200, body: plan.value } : plan;
});

const getHistory = defineRoute({
  method: 'GET',
  path: '/flex/sessions/{sessionId}/history',
  tag,
  summary: 'Why: what changed in a session, and what set it off',
  description:
    'The newest entry first; it says why the car charges now, or why it does not. Each entry names its cause, what ' +
    'it changed, and the reason that has held since. A re-plan that changed nothing leaves no entry. The newest ' +
    '1,000 entries of a session are kept. New codes may come.',
  params: z.object({ sessionId: uuid }),
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page.', schema: historyPage } },
})(async ({ params, query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_INSTANT);
  if (!page.ok) return page;
  const session = await readSession(deps.database, clientId, params.sessionId);
  if (session === null) return no('not-found', `There is no session ${params.sessionId}.`);
  const found = await listHistory(deps.database, clientId, params.sessionId, page.value);
  const nameOf = await namesIn(
    deps,
    clientId,
    found.rows.map(({ body }) => body),
  );
  return { status: 200, body: toWirePage(found, ({ body }) => toWireHistoryEntry(body, nameOf)) };
});

const putTarget = defineRoute({
  method: 'PUT',
  path: '/flex/sessions/{sessionId}/target',
  tag,
  summary: 'Override the target of a session',
  description: 'For this session only; 409 once it is settled. Answers the session as it is after the step.',
  params: z.object({ sessionId: uuid }),
  body: targetIn,
  answers: { 200: { description: 'The session with its new target.', schema: sessionSchema } },
})(async ({ params, body, clientId }, { deps }) => {
  const session = await setTarget(deps, clientId, params.sessionId, body);
  return session.ok ? { status: 200, body: toWireSession(session.value, deps.clock.nowMs()) } : session;
});

const deleteTarget = defineRoute({
  method: 'DELETE',
  path: '/flex/sessions/{sessionId}/target',
  tag,
  summary: "Return to the policy's target",
  description: 'Without an override the session stays as it is.',
  params: z.object({ sessionId: uuid }),
  answers: { 200: { description: 'The session after it.', schema: sessionSchema } },
})(async ({ params, clientId }, { deps }) => {
  const session = await clearTarget(deps, clientId, params.sessionId);
  return session.ok ? { status: 200, body: toWireSession(session.value, deps.clock.nowMs()) } : session;
});

export const sessionRoutes: readonly Route[] = [
  getActive,
  getSettled,
  ...settledRoutes,
  putTarget,
  deleteTarget,
  getSession,
  listCurrent,
  getPlan,
  getHistory,
];
