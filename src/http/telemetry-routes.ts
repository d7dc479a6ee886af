import { z } from 'zod';
import { reportCommand } from '../app/report-command.ts';
import { no } from '../app/result.ts';
import { listCommands } from '../store/commands.ts';
import { readVehicle } from '../store/vehicles.ts';
import { commandResultIn, commandSchema, toWireCommand } from '../wire/command.ts';
import { pageOf, pageQuery } from '../wire/page.ts';
import { uuid } from '../wire/scalars.ts';
import { telemetryFrame, telemetryIn, telemetryOut } from '../wire/telemetry.ts';
import { BY_INSTANT, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';

const TELEMETRY_LIMIT_BYTES = 4 * 1024 * 1024;

const postTelemetry = defineRoute({
  method: 'POST',
  path: '/telemetry',
  tag: 'Telemetry',
  summary: 'Report observations of vehicles',
  description:
    '1 to 1000, durable when answered. An item that cannot be taken is rejected with its index, and does not ' +
    'spoil the others; 400 only when nothing could be stored. The same vehicle, time and content twice counts once.',
  body: telemetryFrame,
  shownBody: telemetryIn,
  bodyLimitBytes: TELEMETRY_LIMIT_BYTES,
  answers: { 202: { description: 'What became of them.', schema: telemetryOut } },
})(async ({ body, clientId }, { recordTelemetry }) => {
  const outcome = await recordTelemetry({ clientId, observations: body.observations });
  const { accepted, duplicates, rejected } = outcome;
  if (accepted + duplicates === 0) {
    return no(
      'bad-request',
      'None of the observations could be stored.',
      rejected.map(({ index, path, reason }) => ({
        path: `observations.${index}${path === '' ? '' : `.${path}`}`,
        message: reason,
      })),
    );
  }
  return {
    status: 202,
    body: { accepted, duplicates, rejected: rejected.map(({ index, reason }) => ({ index, reason })) },
  };
});

const listOfVehicle = defineRoute({
  method: 'GET',
  path: '/vehicles/{vehicleId}/commands',
  tag: 'Commands',
  summary: 'List the commands to a vehicle',
  description:
    'The newest first. Carry out a PENDING one before its `expiresAt`, once for each of its `attempts`, and post ' +
    'the result; a PENDING one past its time is shown as EXPIRED.',
  params: z.object({ vehicleId: uuid }),
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'One page.', schema: pageOf(commandSchema).meta({ id: 'CommandPage' }) } },
})(async ({ params: { vehicleId }, query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_INSTANT);
  if (!page.ok) return page;
  const vehicle = await readVehicle(deps.database, clientId, vehicleId);
  if (vehicle === null) return no('not-found', `There is no vehicle ${vehicleId}.`);
  const found = await listCommands(deps.database, clientId, vehicleId, page.value);
  const nowMs = deps.clock.nowMs();
  return { status: 200, body: toWirePage(found, (command) => toWireCommand(command, nowMs)) };
});

const postResult = defineRoute({
  method: 'POST',
  path: '/commands/{commandId}/result',
  tag: 'Commands',
  summary: 'Report the result of a command',
  description: '409 when it is not PENDING any more, or past its `expiresAt`.',
  params: z.object({ commandId: uuid }),
  body: commandResultIn,
  answers: { 200: { description: 'The command after it.', schema: commandSchema } },
})(async ({ params: { commandId }, body, clientId }, { deps }) => {
  const reported = await reportCommand(deps, clientId, commandId, body.outcome, body.reason ?? null);
  return reported.ok ? { status: 200, body: toWireCommand(reported.value, deps.clock.nowMs()) } : reported;
});

export const telemetryRoutes: readonly Route[] = [postTelemetry, listOfVehicle, postResult];
