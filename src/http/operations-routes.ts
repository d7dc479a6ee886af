import { z } from 'zod';
import { defineRoute, type Route } from './define-route.ts';

const tag = 'Operations';
const healthSchema = z
  .object({ status: z.enum(['ok', 'unavailable']) })
  .meta({ id: 'Health', example: { status: 'ok' } });
const READY_LIMIT_MS = 2_000;

const live = defineRoute({
  method: 'GET',
  path: '/health/live',
  tag,
  summary: 'Is the process alive',
  isPublic: true,
  answers: { 200: { description: 'It is.', schema: healthSchema } },
})(async () => ({ status: 200, body: { status: 'ok' } }));

const ready = defineRoute({
  method: 'GET',
  path: '/health/ready',
  tag,
  summary: 'Can it answer: is the database there',
  isPublic: true,
  answers: {
    200: { description: 'It can.', schema: healthSchema },
    503: { description: 'Not now.', schema: healthSchema },
  },
})(async (_input, { deps }) => {
  const isReady = await deps.database
    .transaction((tx) => tx.query('select 1 from clients limit 1'), {
      isReadOnly: true,
      statementLimitMs: READY_LIMIT_MS,
    })
    .then(
      () => true,
      (error: unknown) => {
        deps.log.warn('not ready', { error });
        return false;
      },
    );
  return isReady ? { status: 200, body: { status: 'ok' } } : { status: 503, body: { status: 'unavailable' } };
});

const metrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  tag,
  summary: 'Metrics for Prometheus',
  isPublic: true,
  answers: {
    200: {
      description: 'The text format; no tenant data.',
      schema: z.string(),
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    },
  },
})(async (_input, { registry }) => ({ status: 200, body: await registry.metrics() }));

export const operationsRoutes: readonly Route[] = [live, ready, metrics];
