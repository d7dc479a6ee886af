import type { FastifyRequest } from 'fastify';
import { makeAuthenticate } from '../app/authenticate.ts';
import type { Deps } from '../app/deps.ts';
import type { Route } from './define-route.ts';
import { type ProblemAnswer, problem } from './problems.ts';

/** Gives the client of a request, '' on public routes, or the problem that ends it. */
export type Guard = (route: Route, request: FastifyRequest) => Promise<string | ProblemAnswer>;

/** `limited` gives the seconds to wait for a key, 0 to pass. */
export function makeGuard(deps: Deps, limited: (key: string, nowMs: number) => number): Guard {
  const authenticate = makeAuthenticate(deps);
  return async ({ spec }, request) => {
    if (spec.isPublic) {
      // A token costs statements: guessing of secrets is slowed by address.
      return spec.method === 'POST' ? (overRate(limited, `from ${request.ip}`, deps) ?? '') : '';
    }
    const token = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    const clientId = token === undefined ? null : await authenticate(token);
    if (clientId !== null) return overRate(limited, clientId, deps) ?? clientId;
    const challenge = token === undefined ? 'Bearer realm="tidewatt"' : 'Bearer error="invalid_token"';
    return problem(
      'unauthorized',
      token === undefined
        ? 'Expected the header "Authorization: Bearer <token>"; POST /oauth2/token gives one.'
        : 'The token is not known or has expired; POST /oauth2/token gives a new one.',
      {},
      { 'www-authenticate': challenge },
    );
  };
}

function overRate(
  limited: (key: string, nowMs: number) => number,
  key: string,
  deps: Deps,
): ProblemAnswer | null {
  const seconds = limited(key, deps.realClock.nowMs());
  if (seconds === 0) return null;
  return problem(
    'too-many-requests',
    `Too many requests; try again in ${seconds} s.`,
    {},
    {
      'retry-after': String(seconds),
    },
  );
}
