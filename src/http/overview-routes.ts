import { z } from 'zod';
import { readOverview } from '../app/read-overview.ts';
import {
  overviewRowSchema,
  overviewTotalsSchema,
  toWireOverviewRow,
  toWireOverviewTotals,
} from '../wire/overview.ts';
import { pageOf, pageQuery } from '../wire/page.ts';
import { BY_ID, pageRequest, toWirePage } from './cursors.ts';
import { defineRoute, type Route } from './define-route.ts';
import { namesIn } from './names-in.ts';
import { currentFilterOf, currentQuery } from './session-queries.ts';

const tag = 'Overview';
const overviewPage = pageOf(overviewRowSchema).meta({ id: 'OverviewPage' });

const list = defineRoute({
  method: 'GET',
  path: '/flex/overview',
  tag,
  summary: 'List cars with what they do now and why',
  description:
    'The current sessions as in `GET /flex/sessions`, each with its car, its location and its day so far.',
  query: z.strictObject({ ...currentQuery, ...pageQuery }),
  answers: { 200: { description: 'One page, the newest session first.', schema: overviewPage } },
})(async ({ query, clientId }, { deps }) => {
  const page = pageRequest(query, BY_ID);
  if (!page.ok) return page;
  const found = await readOverview(deps, clientId, currentFilterOf(query), page.value);
  const nowMs = deps.clock.nowMs();
  const nameOf = await namesIn(
    deps,
    clientId,
    found.rows.map(({ facts }) => facts.newest),
  );
  return { status: 200, body: toWirePage(found, (row) => toWireOverviewRow(row, nowMs, nameOf)) };
});

const totals = defineRoute({
  method: 'GET',
  path: '/flex/overview/totals',
  tag,
  summary: 'Count cars and add up their day',
  description:
    'Of the current sessions of the same filters as `GET /flex/overview`, without pages. At most a second old.',
  query: z.strictObject(currentQuery),
  answers: { 200: { description: 'The totals now.', schema: overviewTotalsSchema } },
})(async ({ query, clientId }, { readTotals }) => {
  const found = await readTotals(clientId, currentFilterOf(query));
  return { status: 200, body: toWireOverviewTotals(found) };
});

export const overviewRoutes: readonly Route[] = [list, totals];
