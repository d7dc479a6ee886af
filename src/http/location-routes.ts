import { z } from 'zod';
import { changeLocation } from '../app/change-location.ts';
import { createLocation } from '../app/create-location.ts';
import { deleteLocation } from '../app/delete-location.ts';
import { no } from '../app/result.ts';
import type { Location } from '../domain/location.ts';
import { listLocations, readLocation } from '../store/locations.ts';
import { fromWireLocation, locationIn, locationSchema, toWireLocation, zoneIn } from '../wire/location.ts';
import { idsQuery, pageOf, pageQuery } from '../wire/page.ts';
import { userId, uuid } from '../wire/scalars.ts';
import { BY_ID, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { etagOf } from './versions.ts';

const tag = 'Locations';
const params = z.object({ locationId: uuid });
const ofUser = z.object({ userId });
const locationPage = pageOf(locationSchema).meta({ id: 'LocationPage' });

const create = defineRoute({
  method: 'POST',
  path: '/users/{userId}/locations',
  tag,
  summary: 'Create a location of a user',
  params: ofUser,
  body: locationIn,
  hasVersions: true,
  answers: { 201: { description: 'The new location.', schema: locationSchema } },
})(async ({ params: { userId: user }, body, clientId }, { deps }) => {
  const created = await createLocation(deps, clientId, user, body);
  return created.ok ? { status: 201, ...withEtag(created.value) } : created;
});

const list = defineRoute({
  method: 'GET',
  path: '/locations',
  tag,
  summary: 'List locations',
  query: z.strictObject({ ...idsQuery, ...pageQuery }),
  answers: { 200: { description: 'One page, the newest first.', schema: locationPage } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listLocations(deps.database, clientId, { ids: query.ids }, page.value);
  return { status: 200, body: toWirePage(found, (row) => toWireLocation(row.body)) };
});

const listOfUser = defineRoute({
  method: 'GET',
  path: '/users/{userId}/locations',
  tag,
  summary: 'List the locations of a user',
  params: ofUser,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page, the newest first.', schema: locationPage } },
})(async ({ params: { userId: user }, query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listLocations(deps.database, clientId, { userId: user }, page.value);
  return { status: 200, body: toWirePage(found, (row) => toWireLocation(row.body)) };
});

const get = defineRoute({
  method: 'GET',
  path: '/locations/{locationId}',
  tag,
  summary: 'Get a location',
  params,
  hasVersions: true,
  answers: { 200: { description: 'The location.', schema: locationSchema } },
})(async ({ params: { locationId }, clientId }, { deps }) => {
  const location = await readLocation(deps.database, clientId, locationId);
  if (location === null) return no('not-found', `There is no location ${locationId}.`);
  return { status: 200, ...withEtag(location) };
});

const put = defineRoute({
  method: 'PUT',
  path: '/locations/{locationId}',
  tag,
  summary: 'Replace a location',
  description: 'What is left out is taken away.',
  params,
  body: locationIn,
  hasVersions: true,
  answers: { 200: { description: 'The location as it is now.', schema: locationSchema } },
})(async ({ params: { locationId }, body, clientId, isWanted }, { deps }) => {
  const changed = await changeLocation(deps, clientId, locationId, isWanted, (old) => ({
    ...old,
    ...fromWireLocation(body),
  }));
  return changed.ok ? { status: 200, ...withEtag(changed.value) } : changed;
});

const setZone = defineRoute({
  method: 'POST',
  path: '/flex/locations/{locationId}',
  tag,
  summary: 'Set the price zone of a location',
  params,
  body: zoneIn,
  hasVersions: true,
  answers: { 200: { description: 'The location as it is now.', schema: locationSchema } },
})(async ({ params: { locationId }, body, clientId, isWanted }, { deps }) => {
  const changed = await changeLocation(deps, clientId, locationId, isWanted, (old) => ({
    ...old,
    zone: body.zoneId,
  }));
  return changed.ok ? { status: 200, ...withEtag(changed.value) } : changed;
});

const remove = defineRoute({
  method: 'DELETE',
  path: '/locations/{locationId}',
  tag,
  summary: 'Delete a location',
  description: '409 while a policy charges there.',
  params,
  hasVersions: true,
  answers: { 204: { description: 'Deleted.' } },
})(async ({ params: { locationId }, clientId, isWanted }, { deps }) => {
  const deleted = await deleteLocation(deps, clientId, locationId, isWanted);
  return deleted.ok ? { status: 204 } : deleted;
});

export const locationRoutes: readonly Route[] = [create, list, listOfUser, get, put, remove, setZone];

function withEtag(location: Location) {
  return { headers: { etag: etagOf(location.version) }, body: toWireLocation(location) };
}
