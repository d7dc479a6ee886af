import { z } from 'zod';
import { changeVehicle } from '../app/change-vehicle.ts';
import { createVehicle } from '../app/create-vehicle.ts';
import { deleteVehicle } from '../app/delete-vehicle.ts';
import { eraseUser } from '../app/erase-user.ts';
import { exportUser } from '../app/export-user.ts';
import { no } from '../app/result.ts';
import { listVehicles, readVehicle } from '../store/vehicles.ts';
import { idsQuery, pageOf, pageQuery } from '../wire/page.ts';
import { userId, uuid } from '../wire/scalars.ts';
import { userExportSchema } from '../wire/user-export.ts';
import { toWireVehicle, vehicleIn, vehiclePatch, vehicleSchema } from '../wire/vehicle.ts';
import { BY_ID, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';

const tag = 'Vehicles';
const params = z.object({ vehicleId: uuid });
const ofUser = z.object({ userId });
const vehiclePage = pageOf(vehicleSchema).meta({ id: 'VehiclePage' });

const create = defineRoute({
  method: 'POST',
  path: '/users/{userId}/vehicles',
  tag,
  summary: 'Create a vehicle of a user',
  description: 'Its connector is `http` unless another is named. A simulated one is there in a sandbox only.',
  params: ofUser,
  body: vehicleIn,
  answers: { 201: { description: 'The new vehicle.', schema: vehicleSchema } },
})(async ({ params: { userId: user }, body, clientId }, { deps, simulator }) => {
  const created = await createVehicle(deps, simulator, clientId, user, body);
  return created.ok ? { status: 201, body: toWireVehicle(created.value) } : created;
});

const list = defineRoute({
  method: 'GET',
  path: '/vehicles',
  tag,
  summary: 'List vehicles',
  query: z.strictObject({ ...idsQuery, ...pageQuery }),
  answers: { 200: { description: 'One page, the newest first.', schema: vehiclePage } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listVehicles(deps.database, clientId, { ids: query.ids }, page.value);
  return { status: 200, body: toWirePage(found, toWireVehicle) };
});

const listOfUser = defineRoute({
  method: 'GET',
  path: '/users/{userId}/vehicles',
  tag,
  summary: 'List the vehicles of a user',
  params: ofUser,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page, the newest first.', schema: vehiclePage } },
})(async ({ params: { userId: user }, query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await listVehicles(deps.database, clientId, { userId: user }, page.value);
  return { status: 200, body: toWirePage(found, toWireVehicle) };
});

const get = defineRoute({
  method: 'GET',
  path: '/vehicles/{vehicleId}',
  tag,
  summary: 'Get a vehicle',
  params,
  answers: { 200: { description: 'The vehicle as it was last seen.', schema: vehicleSchema } },
})(async ({ params: { vehicleId }, clientId }, { deps }) => {
  const vehicle = await readVehicle(deps.database, clientId, vehicleId);
  if (vehicle === null) return no('not-found', `There is no vehicle ${vehicleId}.`);
  return { status: 200, body: toWireVehicle(vehicle) };
});

const patch = defineRoute({
  method: 'PATCH',
  path: '/vehicles/{vehicleId}',
  tag,
  summary: 'Change a vehicle',
  description: 'What is left out stays.',
  params,
  body: vehiclePatch,
  answers: { 200: { description: 'The changed vehicle.', schema: vehicleSchema } },
})(async ({ params: { vehicleId }, body, clientId }, { deps }) => {
  const changed = await changeVehicle(deps, clientId, vehicleId, body);
  return changed.ok ? { status: 200, body: toWireVehicle(changed.value) } : changed;
});

const remove = defineRoute({
  method: 'DELETE',
  path: '/vehicles/{vehicleId}',
  tag,
  summary: 'Delete a vehicle',
  description: 'Its policies are deleted with it; settled sessions stay readable.',
  params,
  answers: { 204: { description: 'Deleted.' } },
})(async ({ params: { vehicleId }, clientId }, { deps }) => {
  const deleted = await deleteVehicle(deps, clientId, vehicleId);
  return deleted.ok ? { status: 204 } : deleted;
});

const exportOfUser = defineRoute({
  method: 'GET',
  path: '/users/{userId}/export',
  tag: 'Users',
  summary: 'Export everything that is stored of a user',
  params: ofUser,
  answers: { 200: { description: 'One document.', schema: userExportSchema } },
})(async ({ params: { userId: user }, clientId }, { deps }) => {
  const found = await exportUser(deps, clientId, user);
  return found.ok ? { status: 200, body: found.value } : found;
});

const erase = defineRoute({
  method: 'DELETE',
  path: '/users/{userId}',
  tag: 'Users',
  summary: 'Erase a user',
  description: "Everything that is the user's goes: sessions, readings and stored events included.",
  params: ofUser,
  answers: { 204: { description: 'Erased.' } },
})(async ({ params: { userId: user }, clientId }, { deps }) => {
  const erased = await eraseUser(deps, clientId, user);
  return erased.ok ? { status: 204 } : erased;
});

export const vehicleRoutes: readonly Route[] = [
  create,
  list,
  listOfUser,
  get,
  patch,
  remove,
  exportOfUser,
  erase,
];
