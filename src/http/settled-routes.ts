import { z } from 'zod';
import { sumMonths } from '../app/sum-months.ts';
import { listSettledSessions } from '../store/session-reads.ts';
import { monthTotalsSchema, toWireMonthTotals } from '../wire/month-totals.ts';
import { pageQuery } from '../wire/page.ts';
import { timezoneName } from '../wire/scalars.ts';
import { toWireSession } from '../wire/session.ts';
import { streamCsv } from './csv-stream.ts';
import { BY_INSTANT, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { sessionPage, settledFilterOf, settledQuery, timeseries } from './session-queries.ts';

const tag = 'Sessions';

const list = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/sessions',
  tag,
  summary: 'List settled sessions',
  description:
    'Newest `pluggedOutAt` first. Each visit once: the managed session where there is one, else the unmanaged ' +
    'one. By `policyId` managed sessions only.',
  query: z.strictObject({ ...settledQuery, ...pageQuery, timeseries }),
  answers: { 200: { description: 'One page.', schema: sessionPage } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_INSTANT);
  if (!page.ok) return page;
  const found = await listSettledSessions(deps.database, clientId, settledFilterOf(query), page.value);
  const nowMs = deps.clock.nowMs();
  const options = { timeseries: query.timeseries !== 'false' };
  return { status: 200, body: toWirePage(found, (row) => toWireSession(row.body, nowMs, options)) };
});

const csv = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/sessions.csv',
  tag,
  summary: 'Download settled sessions as CSV',
  description:
    'The list of `GET /flex/vehicle-policies/sessions`, all of it, in the same order: RFC 4180 with a header, UTF-8, ' +
    'a row for each session, without quarter hours. New columns come at the end. A text of others that a ' +
    "spreadsheet would take for a formula has a ' before it.",
  query: z.strictObject(settledQuery),
  answers: {
    200: {
      description: 'The rows as they are read.',
      schema: z.string(),
      contentType: 'text/csv; charset=utf-8; header=present',
    },
  },
})(async ({ query, clientId }, { deps }) => ({
  status: 200,
  headers: {
    'content-disposition': 'attachment; filename="sessions.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  stream: streamCsv(deps, clientId, settledFilterOf(query)),
}));

const totals = defineRoute({
  method: 'GET',
  path: '/flex/vehicle-policies/sessions/totals',
  tag,
  summary: 'Add up settled sessions by month',
  description:
    'The list of `GET /flex/vehicle-policies/sessions`, added up by the months of a time zone in which the cars were ' +
    'unplugged, the newest first; a row for each currency. Amounts are exact.',
  query: z.strictObject({ ...settledQuery, timezoneName }),
  answers: { 200: { description: 'The months in which there were sessions.', schema: monthTotalsSchema } },
})(async ({ query, clientId }, { deps }) => {
  const months = await sumMonths(deps, clientId, settledFilterOf(query), query.timezoneName);
  return { status: 200, body: toWireMonthTotals(months) };
});

export const settledRoutes: readonly Route[] = [list, csv, totals];
