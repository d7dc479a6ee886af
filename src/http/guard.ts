import type { FastifyRequest } from 'fastify';
import type { Deps } from '../app/deps.ts';
import type { Access, Tokens } from '../app/tokens.ts';
import type { Route } from './define-route.ts';
import { type ProblemAnswer, problem } from './problems.ts';
import { cookieOf, cookieTokenOf, ownOriginOf } from './session-cookie.ts';

/** A request that may go on. */
export interface Passed {
  /** Null on public routes. */
  readonly access: Access | null;
  /** The cookie anew, where it was about to end. */
  readonly cookie: string | null;
}

/** Lets a request pass, or gives the problem that ends it. */
export type Guard = (route: Route, request: FastifyRequest) => Promise<Passed | ProblemAnswer>;

/** `limited` gives the seconds to wait for a key, 0 to pass. */
export function makeGuard(
  deps: Deps,
  tokens: Tokens,
  limited: (key: string, nowMs: number) => number,
): Guard {
  return async ({ spec }, request) => {
    const { authorization, cookie, origin } = request.headers;
    const ownOrigin = ownOriginOf(request);
    if (spec.isPublic) {
      if (spec.signsIn && origin !== undefined && origin !== ownOrigin) {
        return problem(
          'forbidden',
          `A page signs in from ${ownOrigin} alone; this one is of ${JSON.stringify(origin)}.`,
        );
      }
      // A token costs statements: guessing of secrets is slowed by address.
      const refused = spec.method === 'POST' ? overRate(limited, `from ${request.ip}`, deps) : null;
      return refused ?? { access: null, cookie: null };
    }
    const isByCookie = authorization === undefined;
    const token = isByCookie ? cookieTokenOf(cookie) : bearerTokenOf(authorization);
    const access = token === undefined ? null : await tokens.check(token);
    if (access === null) return unauthorized(token !== undefined);
    // A browser adds the cookie to whatever a page asks for; whose page it is, Origin says.
    if (isByCookie && !isRead(request.method) && origin !== ownOrigin) return foreign(origin, ownOrigin);
    const refused = overRate(limited, access.clientId, deps);
    if (refused !== null) return refused;
    const renewed = isByCookie ? await tokens.renew(access) : null;
    return renewed === null
      ? { access, cookie: null }
      : { access: renewed, cookie: cookieOf(renewed, deps.realClock.nowMs(), ownOrigin) };
  };
}

function bearerTokenOf(authorization: string): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function unauthorized(isGiven: boolean): ProblemAnswer {
  const challenge = isGiven ? 'Bearer error="invalid_token"' : 'Bearer realm="tidewatt"';
  return problem(
    'unauthorized',
    isGiven
      ? 'The token is not known or has expired; POST /oauth2/token gives a new one.'
      : 'Expected the header "Authorization: Bearer <token>"; POST /oauth2/token gives one.',
    {},
    { 'www-authenticate': challenge },
  );
}

function foreign(origin: string | undefined, ownOrigin: string): ProblemAnswer {
  const got = origin === undefined ? 'none' : JSON.stringify(origin);
  return problem(
    'forbidden',
    `With the cookie of a page, a change needs the header "Origin: ${ownOrigin}"; got ${got}.`,
  );
}

function overRate(
  limited: (key: string, nowMs: number) => number,
  key: string,
  deps: Deps,
): ProblemAnswer | null {
  const seconds = limited(key, deps.realClock.nowMs());
  if (seconds === 0) return null;
  const detail = `Too many requests; try again in ${seconds} s.`;
  return problem('too-many-requests', detail, {}, { 'retry-after': String(seconds) });
}
