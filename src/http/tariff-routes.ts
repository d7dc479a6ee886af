import { z } from 'zod';
import { createTariff } from '../app/create-tariff.ts';
import { no, type Result, yes } from '../app/result.ts';
import { setFormula } from '../app/set-formula.ts';
import { writeTariff } from '../app/write-tariff.ts';
import { DAY_MS } from '../domain/units.ts';
import { readLocation } from '../store/locations.ts';
import { loadLocationPrices } from '../store/prices.ts';
import { readRates, readTariffs, type Tariff } from '../store/tariffs.ts';
import { instantIn, tariffId, toInstant, uuid } from '../wire/scalars.ts';
import {
  formulaIn,
  formulaSchema,
  resolvedTariffSchema,
  tariffIn,
  tariffSchema,
  timeseriesIn,
  timeseriesSchema,
  timeseriesWritten,
  toWireRates,
} from '../wire/tariff.ts';
import { defineRoute, type Route } from './define-route.ts';

const tag = 'Tariffs';
const ofTariff = z.object({ tariffId });
const ofLocation = z.object({ locationId: uuid });

const RANGE_MAX_MS = 400 * DAY_MS;
const SHOWN_BEFORE_MS = DAY_MS;
const SHOWN_AFTER_MS = 2 * DAY_MS;

const range = z.strictObject({
  from: instantIn.optional().meta({ description: 'A day before now when left out.' }),
  to: instantIn
    .optional()
    .meta({ description: '3 days after `from` when left out; at most 400 days after it.' }),
});

const create = defineRoute({
  method: 'POST',
  path: '/flex/tariffs/{tariffId}',
  tag,
  summary: 'Create a tariff',
  description:
    "200 when it is there already and the same, 409 when it is another. `zone:<ZONE>` is a zone's market price.",
  params: ofTariff,
  body: tariffIn,
  answers: {
    201: { description: 'The new tariff.', schema: tariffSchema },
    200: { description: 'It was there already.', schema: tariffSchema },
  },
})(async ({ params, body, clientId }, { deps }) => {
  const { direction, currency } = body;
  const created = await createTariff(deps, clientId, { id: params.tariffId, direction, currency });
  if (!created.ok) return created;
  return { status: created.value.isNew ? 201 : 200, body: toWireTariff(created.value.tariff) };
});

const putTimeseries = defineRoute({
  method: 'PUT',
  path: '/flex/tariffs/{tariffId}/timeseries',
  tag,
  summary: 'Write rates of a tariff',
  description:
    'Replaces [values[0].at, to); each rate holds to the next. Every open session that it touches is re-planned.',
  params: ofTariff,
  body: timeseriesIn,
  idempotency: 'required',
  answers: { 200: { description: 'What was replaced.', schema: timeseriesWritten } },
})(async ({ params, body, clientId }, { deps }) => {
  const values = body.values.map(({ at, rate }) => ({ atMs: at, rate }));
  const written = await writeTariff(deps, clientId, params.tariffId, values, body.to);
  if (!written.ok) return written;
  const from = toInstant(values[0]?.atMs ?? body.to);
  return {
    status: 200,
    body: { tariffId: params.tariffId, from, to: toInstant(body.to), values: values.length },
  };
});

const getTimeseries = defineRoute({
  method: 'GET',
  path: '/flex/tariffs/{tariffId}/timeseries',
  tag,
  summary: 'Read rates of a tariff',
  params: ofTariff,
  query: range,
  answers: { 200: { description: 'The rates.', schema: timeseriesSchema } },
})(async ({ params, query, clientId }, { deps }) => {
  const span = spanOf(query, deps.clock.nowMs());
  if (!span.ok) return span;
  const { fromMs, toMs } = span.value;
  const [tariff] = await readTariffs(deps.database, clientId, [params.tariffId]);
  if (tariff === undefined) return no('not-found', `There is no tariff ${params.tariffId}.`);
  const slots = await readRates(deps.database, clientId, tariff.id, fromMs, toMs);
  return {
    status: 200,
    body: {
      tariffId: tariff.id,
      direction: tariff.direction,
      currency: tariff.currency,
      per: 'kWh',
      from: toInstant(fromMs),
      to: toInstant(toMs),
      values: toWireRates(slots, fromMs, toMs),
    },
  };
});

const putFormula = defineRoute({
  method: 'PUT',
  path: '/flex/locations/{locationId}/tariff-formulas',
  tag,
  summary: "Set a location's price as a formula over tariffs",
  description:
    '`+ - * / ( )`, unary minus, `min max clamp abs round`, constants, and the variables. Without an import ' +
    "formula a location has its zone's market price.",
  params: ofLocation,
  body: formulaIn,
  answers: { 200: { description: 'The formula in force.', schema: formulaSchema } },
})(async ({ params: { locationId }, body, clientId }, { deps }) => {
  const set = await setFormula(deps, clientId, locationId, body);
  if (!set.ok) return set;
  const { direction, variables, formula } = body;
  return { status: 200, body: { locationId, direction, currency: set.value.currency, variables, formula } };
});

const getResolved = defineRoute({
  method: 'GET',
  path: '/flex/locations/{locationId}/resolved-tariff',
  tag,
  summary: 'Read what a kWh costs at a location',
  params: ofLocation,
  query: range,
  answers: { 200: { description: 'The import price.', schema: resolvedTariffSchema } },
})(async ({ params: { locationId }, query, clientId }, { deps }) => {
  const span = spanOf(query, deps.clock.nowMs());
  if (!span.ok) return span;
  const { fromMs, toMs } = span.value;
  const location = await readLocation(deps.database, clientId, locationId);
  if (location === null) return no('not-found', `There is no location ${locationId}.`);
  const found = await loadLocationPrices(deps.database, [{ clientId, locationId }], fromMs, toMs);
  const prices = found.get(`${clientId}/${locationId}`) ?? null;
  if (prices === null) {
    return no('not-found', 'The location has no tariff: it has no import formula, and its zone no prices.');
  }
  return {
    status: 200,
    body: {
      locationId,
      direction: 'import',
      currency: prices.currency,
      per: 'kWh',
      from: toInstant(fromMs),
      to: toInstant(toMs),
      values: toWireRates(prices.slots, fromMs, toMs),
    },
  };
});

export const tariffRoutes: readonly Route[] = [create, putTimeseries, getTimeseries, putFormula, getResolved];

function toWireTariff({ id, direction, currency }: Tariff) {
  return { id, direction, currency, per: 'kWh' as const };
}

function spanOf(
  query: { readonly from?: number | undefined; readonly to?: number | undefined },
  nowMs: number,
): Result<{ readonly fromMs: number; readonly toMs: number }> {
  const fromMs = query.from ?? nowMs - SHOWN_BEFORE_MS;
  const toMs = query.to ?? fromMs + SHOWN_BEFORE_MS + SHOWN_AFTER_MS;
  if (fromMs >= toMs) {
    const message = 'expected a time after from';
    return no('bad-request', 'The span is empty.', [{ path: 'to', message }]);
  }
  if (toMs - fromMs > RANGE_MAX_MS) {
    const message = `expected at most ${RANGE_MAX_MS / DAY_MS} days after from`;
    return no('bad-request', 'The span is too long.', [{ path: 'to', message }]);
  }
  return yes({ fromMs, toMs });
}
