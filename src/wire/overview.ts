import { z } from 'zod';
import type { HistoryEntry } from '../domain/history.ts';
import { WHY_CODES } from '../domain/history.ts';
import type { Location } from '../domain/location.ts';
import type { Session } from '../domain/session.ts';
import { whyWords } from './history-words.ts';
import { instantOut, toInstant, toKwh, uuidOut } from './scalars.ts';
import { sessionSchema, toWireSession } from './session.ts';
import type { VehicleFacts } from './vehicle.ts';
import type { NameOf } from './why-words.ts';

const visitSumSchema = z
  .object({
    currency: z.string().nullable().meta({ description: 'Null where nothing could be valued.' }),
    kwhSum: z.number().min(0),
    cost: z.number().nullable(),
    savings: z.number().nullable().meta({ description: 'Against charging without pause from plug-in on.' }),
  })
  .meta({
    id: 'VisitSum',
    description: 'What visits came to: energy, cost, and what charging smartly saved.',
  });

export const overviewRowSchema = z
  .object({
    session: sessionSchema.meta({ description: 'The current session; its `timeseries` is left empty.' }),
    vehicle: z.object({
      id: uuidOut,
      displayName: z.string().nullable(),
      brand: z.string().nullable(),
      model: z.string().nullable(),
      batteryLevel: z.number().nullable(),
      chargeRate: z.number().nullable().meta({ description: 'kW.' }),
      isPluggedIn: z.boolean().nullable(),
      isCharging: z.boolean().nullable(),
      isReachable: z.boolean().nullable(),
    }),
    location: z.object({
      id: uuidOut,
      name: z.string(),
      timezoneName: z.string(),
      zone: z.string().nullable(),
    }),
    reason: z
      .object({
        code: z.enum(WHY_CODES),
        message: z
          .string()
          .meta({ description: 'One sentence, English, in the local time of the location.' }),
        since: instantOut.meta({ description: 'Of the newest entry of the history.' }),
      })
      .nullable()
      .meta({ description: 'Why it charges now, or does not; null before the first entry of its history.' }),
    today: visitSumSchema.nullable().meta({
      description:
        "The policy's visits settled since midnight at the location and the running one; null where there is none. " +
        'Money in the newest currency alone.',
    }),
  })
  .meta({
    id: 'OverviewRow',
    description: 'A car with a policy: its current session, and what stands beside it.',
  });

export const overviewTotalsSchema = z
  .object({
    cars: z.int(),
    upcoming: z.int().meta({ description: 'Sessions that wait for their car.' }),
    active: z.int().meta({ description: 'Sessions that are plugged in.' }),
    charging: z.int().meta({ description: 'Cars that charge now, as they were last seen.' }),
    withError: z.int(),
    today: z.array(visitSumSchema).meta({
      description: 'By currency: visits under way, and those settled since midnight at their locations.',
    }),
  })
  .meta({ id: 'OverviewTotals' });

interface VisitSumFacts {
  readonly currency: string | null;
  readonly energyWh: number;
  readonly actualMicros: number | null;
  readonly baselineMicros: number | null;
}

interface OverviewFacts {
  readonly session: Session;
  readonly facts: Pick<VehicleFacts, 'observed'> & {
    readonly information: Pick<VehicleFacts['information'], 'displayName' | 'brand' | 'model'>;
    readonly location: Location;
    readonly newest: HistoryEntry | null;
  };
  readonly today: VisitSumFacts | null;
}

export function toWireOverviewRow(
  { session, facts, today }: OverviewFacts,
  nowMs: number,
  nameOf: NameOf,
): z.infer<typeof overviewRowSchema> {
  const { information, observed, location, newest } = facts;
  return {
    session: toWireSession(session, nowMs, { timeseries: false }),
    vehicle: {
      id: session.vehicleId,
      displayName: information.displayName,
      brand: information.brand,
      model: information.model,
      batteryLevel: observed?.levelPercent?.value ?? null,
      chargeRate: observed?.powerKw?.value ?? null,
      isPluggedIn: observed?.isPluggedIn?.value ?? null,
      isCharging: observed?.isCharging?.value ?? null,
      isReachable: observed?.isReachable?.value ?? null,
    },
    location: {
      id: location.id,
      name: location.name,
      timezoneName: location.timezoneName,
      zone: location.zone,
    },
    reason:
      newest === null
        ? null
        : { code: newest.why.code, message: whyWords(newest, nameOf), since: toInstant(newest.atMs) },
    today: today === null ? null : toWireVisitSum(today),
  };
}

export function toWireOverviewTotals({
  today,
  ...counts
}: Omit<z.infer<typeof overviewTotalsSchema>, 'today'> & {
  readonly today: readonly VisitSumFacts[];
}): z.infer<typeof overviewTotalsSchema> {
  return { ...counts, today: today.map(toWireVisitSum) };
}

function toWireVisitSum(sum: VisitSumFacts): z.infer<typeof visitSumSchema> {
  const { currency, actualMicros, baselineMicros } = sum;
  const isValued = actualMicros !== null && baselineMicros !== null;
  return {
    currency,
    kwhSum: toKwh(sum.energyWh),
    cost: isValued ? actualMicros / 1_000_000 : null,
    savings: isValued ? (baselineMicros - actualMicros) / 1_000_000 : null,
  };
}
