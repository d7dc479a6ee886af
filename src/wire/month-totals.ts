import { z } from 'zod';
import { toKwh } from './scalars.ts';

export const monthTotalsSchema = z
  .object({
    data: z.array(
      z
        .object({
          month: z.string().meta({ example: '2026-11' }),
          currency: z
            .string()
            .nullable()
            .meta({ description: 'Null: the sessions that could not be valued.' }),
          sessions: z.int(),
          kwhSum: z.number().min(0),
          cost: z.number().nullable(),
          baseline: z.number().nullable(),
          savings: z.number().nullable(),
        })
        .meta({ id: 'MonthTotal', description: 'What the sessions of a month came to in one currency.' }),
    ),
  })
  .meta({ id: 'MonthTotals' });

interface MonthFacts {
  readonly month: string;
  readonly currency: string | null;
  readonly sessions: number;
  readonly energyWh: number;
  readonly actualMicros: number | null;
  readonly baselineMicros: number | null;
}

export function toWireMonthTotals(months: readonly MonthFacts[]): z.infer<typeof monthTotalsSchema> {
  return {
    data: months.map(({ month, currency, sessions, energyWh, actualMicros, baselineMicros }) => ({
      month,
      currency,
      sessions,
      kwhSum: toKwh(energyWh),
      cost: actualMicros === null ? null : actualMicros / 1_000_000,
      baseline: baselineMicros === null ? null : baselineMicros / 1_000_000,
      savings:
        actualMicros === null || baselineMicros === null ? null : (baselineMicros - actualMicros) / 1_000_000,
    })),
  };
}
