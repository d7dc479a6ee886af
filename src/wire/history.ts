import { z } from 'zod';
import { HISTORY_CAUSES, type HistoryEntry, WHY_CODES } from '../domain/history.ts';
import { SESSION_ERROR_CODES } from '../domain/session.ts';
import { historyWords, whyWords } from './history-words.ts';
import { instantOut, toInstant, toMoney, uuidOut } from './scalars.ts';
import { SESSION_STATES, targetSchema, toWireTarget } from './session.ts';
import type { NameOf } from './why-words.ts';

const blocks = z.array(
  z.object({
    type: z.enum(['BATTERY_RESERVE', 'REGULAR', 'IMMEDIATE_START']),
    startAt: instantOut,
    endAt: instantOut,
  }),
);
const outcomeState = z.enum(['ON_TRACK', 'AT_RISK', 'REACHED', 'MISSED', 'UNKNOWN']).nullable();
const errorCode = z.enum(SESSION_ERROR_CODES).nullable();

/** One entry of a session's history. Parts that did not change are null. */
export const historyEntrySchema = z
  .object({
    id: uuidOut,
    at: instantOut,
    cause: z.enum(HISTORY_CAUSES).meta({ description: 'What set the change off.' }),
    reason: z.object({
      code: z.enum(WHY_CODES).meta({ description: 'Why the car charges, or does not, since this entry.' }),
      at: instantOut
        .nullable()
        .meta({ description: 'When the charge begins or ends, or the next thing happens.' }),
      percent: z.number().nullable().meta({ description: 'The target, reserve or limit that it is about.' }),
      readyBy: instantOut.nullable(),
      price: z.number().nullable().meta({
        description: 'Mean price per kWh of the block that is waited for, or of the whole one that runs.',
      }),
      currency: z.string().nullable(),
      text: z.string().meta({
        description:
          'Why the car charges, or does not, since this entry: one sentence, English, in local time.',
      }),
      attempts: z.int().nullable().meta({ description: 'Attempts of a command that failed.' }),
      maxPower: z
        .number()
        .nullable()
        .meta({ description: 'What the location allows all cars there together, kW, where that is why.' }),
      vehicleIds: z
        .array(uuidOut)
        .meta({ description: 'The cars at the location that go first, or draw, where that is why.' }),
      power: z.number().nullable().meta({
        description: 'What the charging car is held to, kW; null: it charges with all that it takes.',
      }),
      fullPower: z
        .number()
        .nullable()
        .meta({ description: 'What it would take by itself, kW, where it is held to less.' }),
    }),
    text: z.string().meta({ description: 'What happened, and the reason, in words, in local time.' }),
    state: z.object({ before: z.enum(SESSION_STATES), after: z.enum(SESSION_STATES) }).nullable(),
    target: z.object({ before: targetSchema.nullable(), after: targetSchema.nullable() }).nullable(),
    outcome: z.object({ before: outcomeState, after: outcomeState }).nullable(),
    error: z.object({ before: errorCode, after: errorCode }).nullable(),
    plannedBlocks: z.object({ before: blocks, after: blocks }).nullable(),
    plannedCost: z.object({ before: z.number().nullable(), after: z.number().nullable() }).nullable(),
  })
  .meta({ id: 'HistoryEntry', description: 'A change of a session, with its cause and its effect.' });

export function toWireHistoryEntry(entry: HistoryEntry, nameOf: NameOf): z.infer<typeof historyEntrySchema> {
  const { why, target, plannedBlocks } = entry;
  return {
    id: entry.id,
    at: toInstant(entry.atMs),
    cause: entry.cause,
    reason: {
      code: why.code,
      at: toInstant(why.atMs),
      percent: why.percent,
      readyBy: toInstant(why.readyByMs),
      price: why.price,
      currency: why.currency,
      text: whyWords(entry, nameOf),
      attempts: why.attempts,
      maxPower: why.limitKw ?? null,
      vehicleIds: [...(why.vehicleIds ?? [])],
      power: why.held?.powerKw ?? null,
      fullPower: why.held?.fullKw ?? null,
    },
    text: historyWords(entry, nameOf),
    state: entry.state,
    target:
      target === null
        ? null
        : {
            before: target.before === null ? null : toWireTarget(target.before),
            after: target.after === null ? null : toWireTarget(target.after),
          },
    outcome: entry.outcome,
    error: entry.error,
    plannedBlocks:
      plannedBlocks === null
        ? null
        : { before: plannedBlocks.before.map(toWireBlock), after: plannedBlocks.after.map(toWireBlock) },
    plannedCost:
      entry.plannedCost === null
        ? null
        : { before: money(entry.plannedCost.before), after: money(entry.plannedCost.after) },
  };
}

function toWireBlock(block: NonNullable<HistoryEntry['plannedBlocks']>['after'][number]) {
  return { type: block.type, startAt: toInstant(block.startAtMs), endAt: toInstant(block.endAtMs) };
}

function money(amount: number | null): number | null {
  return amount === null ? null : toMoney(amount);
}
