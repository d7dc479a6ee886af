import assert from 'node:assert';
import { z } from 'zod';
import { no } from '../app/result.ts';
import { DAY_MS } from '../domain/units.ts';
import { changeSimulatedCar } from '../sim/change-simulated-car.ts';
import type { Sandbox } from '../sim/sandbox.ts';
import { clockIn, clockSchema, simulatedCarPatch, simulatedCarSchema } from '../wire/sandbox.ts';
import { toInstant, uuid } from '../wire/scalars.ts';
import { defineRoute, type Route } from './define-route.ts';
import type { HttpContext } from './http-context.ts';

const tag = 'Sandbox';
/** More than a year at once is a mistyped date rather than a wish. */
const REACH_DAYS = 366;

const get = defineRoute({
  method: 'GET',
  path: '/sandbox/clock',
  tag,
  summary: "Read the sandbox's clock",
  answers: { 200: { description: 'Where it stands and how fast it runs.', schema: clockSchema } },
})(async (_input, context) => ({ status: 200, body: clockOf(sandboxOf(context)) }));

const put = defineRoute({
  method: 'PUT',
  path: '/sandbox/clock',
  tag,
  summary: "Move the sandbox's clock, or set how fast it runs",
  description:
    'The answer comes when everything due until then has been done in order: timers, simulated cars, plans, ' +
    'settlements, events. The clock never goes back.',
  body: clockIn,
  answers: { 200: { description: 'The clock as it is now.', schema: clockSchema } },
})(async ({ body }, context) => {
  const sandbox = sandboxOf(context);
  const { nowMs } = sandbox.read();
  if (body.now !== undefined && body.now - nowMs > REACH_DAYS * DAY_MS) {
    const message = `expected an instant at most ${REACH_DAYS} days after ${toInstant(nowMs)}`;
    return no('bad-request', 'The clock moves at most a year at once.', [{ path: 'now', message }]);
  }
  sandbox.takeOver();
  if (body.now !== undefined && !(await sandbox.advanceTo(body.now))) {
    return no('conflict', `The clock stands at ${clockOf(sandbox).now} and never goes back.`);
  }
  if (body.speed !== undefined) await sandbox.setSpeed(body.speed);
  return { status: 200, body: clockOf(sandbox) };
});

const patchCar = defineRoute({
  method: 'PATCH',
  path: '/sandbox/vehicles/{vehicleId}',
  tag,
  summary: 'Do something to a simulated car',
  description:
    'Plug it in or out, drive it, set its level or limit, give it a fault. It happens at the present instant of the ' +
    "sandbox's clock; the answer comes when everything due because of it has been done.",
  params: z.object({ vehicleId: uuid }),
  body: simulatedCarPatch,
  answers: { 200: { description: 'The car as it really is now.', schema: simulatedCarSchema } },
})(async ({ params: { vehicleId }, body, clientId }, context) => {
  const changed = await changeSimulatedCar(sandboxOf(context), clientId, vehicleId, body);
  return changed.ok ? { status: 200, body: changed.value } : changed;
});

/** The operations that there are only in a sandbox. */
export const sandboxRoutes: readonly Route[] = [get, put, patchCar];

function clockOf(sandbox: Sandbox) {
  const { nowMs, speed } = sandbox.read();
  return { now: toInstant(nowMs), speed };
}

function sandboxOf({ world }: HttpContext): Sandbox {
  assert(world !== null, 'expected these operations in a sandbox only');
  return world.sandbox;
}
