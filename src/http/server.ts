import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { Histogram, Registry } from 'prom-client';
import type { Simulator } from '../app/create-vehicle.ts';
import type { Deps } from '../app/deps.ts';
import { groupTelemetry } from '../app/group-telemetry.ts';
import { makeReadTotals } from '../app/read-overview-totals.ts';
import { recordTelemetry } from '../app/record-telemetry.ts';
import { type Access, makeTokens } from '../app/tokens.ts';
import { withEgress } from '../app/webhook-deps.ts';
import { DAY_MS } from '../domain/units.ts';
import { answerRequest } from './answer-request.ts';
import { addBodyParsers } from './body-parsers.ts';
import type { Route } from './define-route.ts';
import { docsPageOf } from './docs-page.ts';
import { eventRoutes } from './event-routes.ts';
import { makeEventStreams, type StreamLimits } from './event-streams.ts';
import { type Guard, makeGuard } from './guard.ts';
import type { HttpContext, World } from './http-context.ts';
import { locationRoutes } from './location-routes.ts';
import { openApiOf } from './openapi.ts';
import { operationsRoutes } from './operations-routes.ts';
import { overviewRoutes } from './overview-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { type ProblemAnswer, problem, problemOfError } from './problems.ts';
import { DEFAULT_RATE_LIMIT, makeRateLimit, type RateLimit } from './rate-limit.ts';
import { sandboxRoutes } from './sandbox-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { tariffRoutes } from './tariff-routes.ts';
import { telemetryRoutes } from './telemetry-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { vehicleRoutes } from './vehicle-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

export interface ServerOptions {
  /** There in a sandbox only: its operations are served too. */
  readonly world?: World;
  /** There in a sandbox only: makes simulated cars. */
  readonly simulator?: Simulator;
  /** Older readings are rejected. Default: 90 days. */
  readonly telemetryRetentionMs?: number;
  readonly rateLimit?: RateLimit;
  /** Called when readings are durable: whoever steps lanes need not wait for the next look. */
  readonly onReadings?: () => void;
  /** For tests: other limits of the live stream. */
  readonly streamLimits?: StreamLimits;
  /** What `/metrics` shows. Default: one of its own. */
  readonly registry?: Registry;
  /** False leaves `/health` and `/metrics` to another port. */
  readonly hasOperations?: boolean;
  /** Webhooks may go by http, and to private and loopback addresses. */
  readonly webhookAllowsPrivate?: boolean;
  /** For tests: called with each answer before it is sent. */
  readonly onAnswer?: (route: Route, status: number, body: unknown) => void;
}

const RETENTION_DEFAULT_MS = 90 * DAY_MS;
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_LIMIT_MS = 30_000;
const PARAM_MAX_CHARS = 2_000;

/** The HTTP service, not listening yet; what it is given more is added before `listen`. */
export function buildServer(deps: Deps, options: ServerOptions = {}): FastifyInstance {
  const registry = options.registry ?? new Registry();
  const retentionMs = options.telemetryRetentionMs ?? RETENTION_DEFAULT_MS;
  const context: HttpContext = {
    deps,
    webhooks: withEgress(deps, { allowsPrivate: options.webhookAllowsPrivate ?? false }),
    registry,
    tokens: makeTokens(deps),
    readTotals: makeReadTotals(deps),
    simulator: options.simulator ?? null,
    world: options.world ?? null,
    streams: makeEventStreams(deps, options.streamLimits),
    recordTelemetry: groupTelemetry(async (requests) => {
      const outcomes = await recordTelemetry(deps, requests, retentionMs);
      options.onReadings?.();
      return outcomes;
    }),
  };
  const routes = options.world === undefined ? apiRoutes : [...apiRoutes, ...sandboxRoutes];
  const served = options.hasOperations === false ? routes : [...routes, ...operationsRoutes];
  const app = bareServer(deps, registry);
  // They would keep the server from closing.
  app.addHook('preClose', () => context.streams.close());
  app.addHook('onClose', async () => context.webhooks.egress.close());
  const limited = makeRateLimit(options.rateLimit ?? DEFAULT_RATE_LIMIT);
  const guard = makeGuard(deps, context.tokens, limited);
  for (const route of served) addRoute(app, route, context, guard, options);
  addDocuments(app, served);
  return app;
}

/** `/health` and `/metrics` alone, for a port of their own. */
export function buildOperationsServer(deps: Deps, registry: Registry): FastifyInstance {
  const app = bareServer(deps, registry);
  const context: HttpContext = {
    deps,
    webhooks: withEgress(deps, { allowsPrivate: false }),
    registry,
    tokens: makeTokens(deps),
    readTotals: makeReadTotals(deps),
    simulator: null,
    world: null,
    streams: makeEventStreams(deps),
    recordTelemetry: () => Promise.reject(new Error('expected no telemetry on the port of operations')),
  };
  const guard = makeGuard(deps, context.tokens, () => 0);
  for (const route of operationsRoutes) addRoute(app, route, context, guard, {});
  return app;
}

/** Every operation that is always there, in the order of the document. */
export const apiRoutes: readonly Route[] = [
  ...tokenRoutes,
  ...signInRoutes,
  ...overviewRoutes,
  ...sessionRoutes,
  ...policyRoutes,
  ...locationRoutes,
  ...vehicleRoutes,
  ...telemetryRoutes,
  ...tariffRoutes,
  ...eventRoutes,
  ...webhookRoutes,
];

/** Those of a sandbox and those of operations too. */
export const everyRoute: readonly Route[] = [...apiRoutes, ...sandboxRoutes, ...operationsRoutes];

function bareServer(deps: Deps, registry: Registry): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_LIMIT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PARAM_MAX_CHARS },
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : deps.newId();
    },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendProblem(reply, problemOfError(error));
    },
  });
  const seconds = requestSeconds(registry);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    // A person's change is committed with its events when it is answered.
    if (request.method !== 'GET') deps.bells?.written.ring();
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const answer = problemOfError(error);
    if (answer.problem.status >= 500) {
      const route = request.routeOptions.url ?? 'none';
      deps.log.error('request failed', { requestId: request.id, method: request.method, route, error });
    }
    return sendProblem(reply, answer);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('not-found', `There is no ${request.method} of this path; see /docs.`)),
  );
  addBodyParsers(app);
  return app;
}

function requestSeconds(registry: Registry): Histogram<'method' | 'route' | 'status'> {
  const name = 'tidewatt_http_request_seconds';
  const known = registry.getSingleMetric(name);
  if (known instanceof Histogram) return known;
  return new Histogram({
    name,
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  context: HttpContext,
  guard: Guard,
  { onAnswer }: Pick<ServerOptions, 'onAnswer'>,
): void {
  const { method, path, bodyLimitBytes, bodyType } = route.spec;
  const accesses = new WeakMap<FastifyRequest, Access>();
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: bodyLimitBytes ?? BODY_LIMIT_BYTES,
    // Before the body is read: nobody without a token makes us read 4 MiB.
    onRequest: async (request, reply) => {
      const passed = await guard(route, request);
      if ('problem' in passed) return sendProblem(reply, passed);
      if (passed.access !== null) accesses.set(request, passed.access);
      if (passed.cookie !== null) reply.header('set-cookie', passed.cookie);
    },
    handler: async (request, reply) => {
      const isForm =
        request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
      if (request.body !== undefined && isForm !== (bodyType === 'form')) {
        const expected = bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
        return sendProblem(
          reply,
          problem('unsupported-media-type', `Expected a body of the type ${expected}.`),
        );
      }
      const answer = await answerRequest(route, request, accesses.get(request) ?? null, context, onAnswer);
      if ('problem' in answer) return sendProblem(reply, answer);
      reply.code(answer.status).headers(answer.headers);
      if ('stream' in answer) {
        if (request.method !== 'HEAD') return reply.send(answer.stream);
        answer.stream.destroy();
        return reply.send();
      }
      return reply.send(answer.status === 204 ? undefined : answer.body);
    },
  });
}

function addDocuments(app: FastifyInstance, routes: readonly Route[]): void {
  const document = openApiOf(routes);
  const json = JSON.stringify(document);
  const page = docsPageOf(document);
  app.get('/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  app.get('/docs', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page),
  );
}

function sendProblem(reply: FastifyReply, { problem: body, headers }: ProblemAnswer): FastifyReply {
  return reply
    .code(body.status)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
}
