import { z } from 'zod';
import type { PriceSlot } from '../domain/price.ts';
import { fillGaps } from '../domain/price-series.ts';
import { currency, instantIn, instantOut, tariffId, text, toInstant, uuidOut } from './scalars.ts';

const direction = z.enum(['import', 'export']);

export const tariffIn = z
  .strictObject({ direction, currency, per: z.literal('kWh') })
  .meta({ id: 'TariffIn', example: { direction: 'import', currency: 'EUR', per: 'kWh' } });

export const tariffSchema = z
  .object({ id: z.string(), direction, currency: z.string(), per: z.literal('kWh') })
  .meta({ id: 'Tariff' });

const VALUES_MAX_COUNT = 20_000;

export const timeseriesIn = z
  .strictObject({
    to: instantIn.meta({ description: 'The last rate holds until then.' }),
    values: z
      .array(z.strictObject({ at: instantIn, rate: z.number().min(-1e6).max(1e6) }))
      .min(1, 'expected at least one value')
      .max(VALUES_MAX_COUNT, `expected at most ${VALUES_MAX_COUNT} values`),
  })
  .superRefine(({ to, values }, context) => {
    for (const [index, { at }] of values.entries()) {
      const next = values[index + 1];
      if (next === undefined ? at >= to : at >= next.at) {
        const path = next === undefined ? ['to'] : ['values', index + 1, 'at'];
        const message =
          next === undefined ? 'expected a time after the last value' : 'expected ascending times';
        context.addIssue({ code: 'custom', path, message });
        return;
      }
    }
  })
  .meta({
    id: 'TariffTimeseriesIn',
    example: {
      to: '2025-06-11T02:00:00+02:00',
      values: [
        { at: '2025-06-11T00:00:00+02:00', rate: 0.0912 },
        { at: '2025-06-11T01:00:00+02:00', rate: 0.0874 },
      ],
    },
  });

export const timeseriesWritten = z
  .object({ tariffId: z.string(), from: instantOut, to: instantOut, values: z.int() })
  .meta({ id: 'TariffTimeseriesWritten', description: 'The span that was replaced, and by how many rates.' });

const ratesOut = z.array(
  z.object({ at: instantOut, rate: z.number().nullable().meta({ description: 'Null: no price is known.' }) }),
);

export const timeseriesSchema = z
  .object({
    tariffId: z.string(),
    direction,
    currency: z.string(),
    per: z.literal('kWh'),
    from: instantOut,
    to: instantOut,
    values: ratesOut,
  })
  .meta({ id: 'TariffTimeseries', description: 'Each rate holds to the next, the last to `to`.' });

export const formulaIn = z
  .strictObject({
    direction,
    variables: z.record(
      z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'expected a name of letters, digits and _'),
      tariffId,
    ),
    formula: text(1000),
  })
  .meta({
    id: 'TariffFormulaIn',
    example: { direction: 'import', variables: { spot: 'zone:NO1' }, formula: 'spot * 1.25 + 0.05' },
  });
export type FormulaIn = z.output<typeof formulaIn>;

export const formulaSchema = z
  .object({
    locationId: uuidOut,
    direction,
    currency: z.string(),
    variables: z.record(z.string(), z.string()),
    formula: z.string(),
  })
  .meta({ id: 'TariffFormula' });

export const resolvedTariffSchema = z
  .object({
    locationId: uuidOut,
    direction: z.literal('import'),
    currency: z.string(),
    per: z.literal('kWh'),
    from: instantOut,
    to: instantOut,
    values: ratesOut,
  })
  .meta({ id: 'ResolvedTariff', description: 'What a kWh costs at a location.' });

/** Slots as rates that each hold to the next: a hole is a rate of null, equal neighbours stay apart. */
export function toWireRates(
  slots: readonly PriceSlot[],
  fromMs: number,
  toMs: number,
): z.infer<typeof ratesOut> {
  return fillGaps(slots, fromMs, toMs).map((slot) => ({ at: toInstant(slot.startAtMs), rate: slot.price }));
}
