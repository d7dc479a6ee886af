import assert from 'node:assert';
import { issueToken } from '../app/issue-token.ts';
import { no } from '../app/result.ts';
import type { Access } from '../app/tokens.ts';
import { version } from '../runtime/version.ts';
import { readClientName } from '../store/clients.ts';
import { problemSchema } from '../wire/problem.ts';
import { toInstant } from '../wire/scalars.ts';
import { signedInSchema, signInIn, signInOptionsSchema } from '../wire/sign-in.ts';
import { defineRoute, type Refused, type Route } from './define-route.ts';
import type { HttpContext, World } from './http-context.ts';
import { clearedCookie, cookieOf } from './session-cookie.ts';

const tag = 'Auth';

const options = defineRoute({
  method: 'GET',
  path: '/auth/options',
  tag,
  summary: 'How a page may sign in here',
  isPublic: true,
  answers: { 200: { description: 'What runs.', schema: signInOptionsSchema } },
})(async (_input, { world }) => ({ status: 200, body: { ...kindOf(world), version } }));

const signIn = defineRoute({
  method: 'POST',
  path: '/auth/session',
  tag,
  summary: 'Sign a page in',
  description:
    'Sets the cookie `tidewatt_session`, which no script can read. Calls of a page of our own are then signed by it: ' +
    'every operation takes it where there is no `Authorization` header, and a change needs an `Origin` of our own ' +
    'beside it, which browsers send.',
  isPublic: true,
  signsIn: true,
  idempotency: 'none',
  body: signInIn,
  answers: { 200: { description: 'Signed in; the cookie is set.', schema: signedInSchema } },
})(async ({ body, origin }, context) =>
  signedIn({ id: body.clientId, secret: body.clientSecret }, origin, context),
);

const signInToDemo = defineRoute({
  method: 'POST',
  path: '/auth/demo',
  tag,
  summary: 'Sign a page in to the demonstration',
  description: 'As `POST /auth/session` with the client of the demonstration; 404 where none runs.',
  isPublic: true,
  signsIn: true,
  idempotency: 'none',
  answers: {
    200: { description: 'Signed in; the cookie is set.', schema: signedInSchema },
    404: {
      description: 'No demonstration runs here.',
      schema: problemSchema,
      contentType: 'application/problem+json',
    },
  },
})(async ({ origin }, context) => {
  const client = context.world?.demoClient ?? null;
  if (client === null) return no('not-found', 'No demonstration runs here.');
  return signedIn(client, origin, context);
});

const read = defineRoute({
  method: 'GET',
  path: '/auth/session',
  tag,
  summary: 'Who is signed in',
  answers: { 200: { description: 'The client, and until when.', schema: signedInSchema } },
})(async ({ access }, context) => {
  assert(access !== null, 'expected a token on a route that is not public');
  return { status: 200, headers: NOT_KEPT, body: await toSignedIn(access, context) };
});

const signOut = defineRoute({
  method: 'DELETE',
  path: '/auth/session',
  tag,
  summary: 'Sign out',
  description: 'The token is revoked, that of a bearer too, and the cookie cleared.',
  answers: { 204: { description: 'Signed out.' } },
})(async ({ access, origin }, { tokens }) => {
  assert(access !== null, 'expected a token on a route that is not public');
  await tokens.revoke(access);
  return { status: 204, headers: { 'set-cookie': clearedCookie(origin) } };
});

export const signInRoutes: readonly Route[] = [options, signIn, signInToDemo, read, signOut];

const NOT_KEPT = { 'cache-control': 'no-store' };

async function signedIn(
  client: { readonly id: string; readonly secret: string },
  origin: string,
  context: HttpContext,
) {
  const { deps } = context;
  const access = await issueToken(deps, client.id, client.secret);
  if (access === null) return WRONG_SECRET;
  const cookie = cookieOf(access, deps.realClock.nowMs(), origin);
  const headers = { ...NOT_KEPT, 'set-cookie': cookie };
  return { status: 200 as const, headers, body: await toSignedIn(access, context) };
}

const WRONG_SECRET: Refused = {
  ok: false,
  // Basic would have the browser ask in a window of its own.
  no: {
    kind: 'unauthorized',
    detail: 'Client id and secret do not belong together.',
    challenge: 'Bearer realm="tidewatt"',
  },
};

async function toSignedIn({ clientId, expiresAtMs }: Access, { deps, world }: HttpContext) {
  const name = await readClientName(deps.database, clientId);
  assert(name !== null, 'expected the client of a valid token');
  return { client: { id: clientId, name }, expiresAt: toInstant(expiresAtMs), ...kindOf(world) };
}

function kindOf(world: World | null): { readonly isDemo: boolean; readonly isSandbox: boolean } {
  return { isDemo: (world?.demoClient ?? null) !== null, isSandbox: world !== null };
}
