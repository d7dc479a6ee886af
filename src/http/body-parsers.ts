import type { FastifyInstance, FastifyRequest } from 'fastify';

/** The bodies, as they came, of requests with an Idempotency-Key. */
const rawBodies = new WeakMap<FastifyRequest, string>();

/** Reads JSON and forms, and nothing else. */
export function addBodyParsers(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, given, done) => {
    const body = String(given);
    if (request.headers['idempotency-key'] !== undefined) rawBodies.set(request, body);
    // Many clients name a type with an empty body, such as that of a DELETE.
    if (body.length === 0) done(null, undefined);
    else parseJson(request, body, done);
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

/** The body as it came, for a request with an Idempotency-Key; empty where there was none. */
export function rawBodyOf(request: FastifyRequest): string {
  return rawBodies.get(request) ?? '';
}
