import { z } from 'zod';
import { instantOut, text, toInstant, uuidOut } from './scalars.ts';

/** A row of the command ledger. */
export const commandSchema = z
  .object({
    id: uuidOut,
    vehicleId: uuidOut,
    sessionId: uuidOut.nullable(),
    kind: z.enum(['START', 'STOP']),
    cause: z.string().meta({ example: 'PLAN' }),
    power: z
      .number()
      .nullable()
      .meta({
        description:
          'Of a START: what the car is to be held to from now on, kW at the plug, with one decimal; null: it may take all ' +
          'that it takes, and what it was held to before holds no more. Only a vehicle that says `setPower` is sent a ' +
          'number. A START may reach a car that charges already. Null of a STOP.',
      }),
    state: z.enum(['PENDING', 'CONFIRMED', 'FAILED', 'DROPPED', 'EXPIRED']).meta({
      description: 'Only a PENDING one is to be carried out.',
    }),
    attempts: z.int(),
    createdAt: instantOut,
    attemptedAt: instantOut,
    expiresAt: instantOut.meta({ description: 'Not to be delivered after this.' }),
    finishedAt: instantOut.nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Command', description: 'START, with or without a power, or STOP, asked of a vehicle.' });
export type WireCommand = z.infer<typeof commandSchema>;

export const commandResultIn = z
  .strictObject({ outcome: z.enum(['CONFIRMED', 'FAILED']), reason: text(500).nullable().optional() })
  .meta({ id: 'CommandResult', example: { outcome: 'FAILED', reason: 'the car is asleep' } });

export interface CommandFacts {
  readonly id: string;
  readonly vehicleId: string;
  readonly sessionId: string | null;
  readonly kind: WireCommand['kind'];
  readonly cause: string;
  readonly powerKw?: number;
  readonly state: WireCommand['state'];
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly attemptedAtMs: number;
  readonly expiresAtMs: number;
  readonly finishedAtMs: number | null;
  readonly detail: string | null;
}

/** A command as it is shown at `nowMs`: one that waits past its time has expired, whatever the ledger says yet. */
export function toWireCommand(command: CommandFacts, nowMs: number): WireCommand {
  return {
    id: command.id,
    vehicleId: command.vehicleId,
    sessionId: command.sessionId,
    kind: command.kind,
    cause: command.cause,
    power: command.powerKw ?? null,
    state: isOpen(command, nowMs) || command.state !== 'PENDING' ? command.state : 'EXPIRED',
    attempts: command.attempts,
    createdAt: toInstant(command.createdAtMs),
    attemptedAt: toInstant(command.attemptedAtMs),
    expiresAt: toInstant(command.expiresAtMs),
    finishedAt: toInstant(command.finishedAtMs),
    detail: command.detail,
  };
}

/** Is it still to be carried out? */
export function isOpen(command: Pick<CommandFacts, 'state' | 'expiresAtMs'>, nowMs: number): boolean {
  return command.state === 'PENDING' && nowMs < command.expiresAtMs;
}
