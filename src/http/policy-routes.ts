import { z } from 'zod';
import { changePolicy } from '../app/change-policy.ts';
import { createPolicy } from '../app/create-policy.ts';
import { deletePolicy } from '../app/delete-policy.ts';
import { no } from '../app/result.ts';
import { listPolicies, type PolicyView, readPolicy } from '../store/policies.ts';
import { pageOf, pageQuery } from '../wire/page.ts';
import { policyIn, policyPatch, policySchema, toWirePolicy, type WirePolicy } from '../wire/policy.ts';
import { uuid } from '../wire/scalars.ts';
import { BY_ID, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { etagOf } from './versions.ts';

const tag = 'Policies';
const params = z.object({ policyId: uuid });

const list = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies',
  tag,
  summary: 'List vehicle policies',
  description: 'The newest first.',
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page.', schema: pageOf(policySchema).meta({ id: 'PolicyPage' }) } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  return { status: 200, body: toWirePage(await listPolicies(deps.database, clientId, page.value), toWire) };
});

const create = defineRoute({
  method: 'POST',
  path: '/flex/vehicle-policies',
  tag,
  summary: 'Create a vehicle policy',
  description:
    'For one vehicle at one location of the same user; its first session is created with it. Without a ' +
    '`schedule` it is 80 % by 07:00 every day. A second policy for the same two is refused with 409.',
  body: policyIn,
  hasVersions: true,
  answers: { 201: { description: 'The new policy.', schema: policySchema } },
})(async ({ body, clientId }, { deps }) => {
  const created = await createPolicy(deps, clientId, body);
  return created.ok ? { status: 201, ...withEtag(created.value) } : created;
});

const get = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/{policyId}',
  tag,
  summary: 'Get a vehicle policy',
  params,
  hasVersions: true,
  answers: { 200: { description: 'The policy.', schema: policySchema } },
})(async ({ params: { policyId }, clientId }, { deps }) => {
  const policy = await readPolicy(deps.database, clientId, policyId);
  if (policy === null) return no('not-found', `There is no vehicle policy ${policyId}.`);
  return { status: 200, ...withEtag(policy) };
});

const patch = defineRoute({
  method: 'PATCH',
  path: '/flex/vehicle-policies/{policyId}',
  tag,
  summary: 'Change a vehicle policy',
  description: 'What is left out stays. The schedule is merged by weekday; null removes one.',
  params,
  body: policyPatch,
  hasVersions: true,
  answers: { 200: { description: 'The changed policy.', schema: policySchema } },
})(async ({ params: { policyId }, body, clientId, isWanted }, { deps }) => {
  const changed = await changePolicy(deps, clientId, policyId, isWanted, body);
  return changed.ok ? { status: 200, ...withEtag(changed.value) } : changed;
});

const remove = defineRoute({
  method: 'DELETE',
  path: '/flex/vehicle-policies/{policyId}',
  tag,
  summary: 'Delete a vehicle policy',
  description: 'An active session settles, an upcoming one disappears; settled sessions stay readable.',
  params,
  hasVersions: true,
  answers: { 204: { description: 'Deleted.' } },
})(async ({ params: { policyId }, clientId, isWanted }, { deps }) => {
  const deleted = await deletePolicy(deps, clientId, policyId, isWanted);
  return deleted.ok ? { status: 204 } : deleted;
});

export const policyRoutes: readonly Route[] = [list, create, get, patch, remove];

function toWire({ body, chargeLimitPercent }: PolicyView): WirePolicy {
  return toWirePolicy(body, chargeLimitPercent);
}

function withEtag(policy: PolicyView): { headers: Record<string, string>; body: WirePolicy } {
  return { headers: { etag: etagOf(policy.body.version) }, body: toWire(policy) };
}
