/** The small values of the API: how instants, ids, percentages, energies and texts are written and checked. */
import { z } from 'zod';
// Brings the types of `.meta({ id })`.
import type {} from 'zod-openapi';
import { isValidZone } from '../domain/calendar.ts';

const YEAR_2200_MS = Date.UTC(2200, 0, 1);

/** An instant that comes in, with an offset; epoch milliseconds inside. */
export const instantIn = z.iso
  .datetime({ offset: true, error: 'expected an instant with an offset, such as 2025-06-11T07:00:00Z' })
  .transform((text) => Date.parse(text))
  .refine((atMs) => atMs >= 0 && atMs < YEAR_2200_MS, 'expected an instant from 1970 to 2199')
  .meta({
    id: 'InstantIn',
    description: 'RFC 3339 with an offset, 1970 to 2199.',
    example: '2025-06-11T07:00:00Z',
  });

/** An instant that goes out: RFC 3339 in UTC with Z. */
export const instantOut = z.iso.datetime().meta({
  id: 'Instant',
  description: 'RFC 3339 in UTC with Z.',
  example: '2025-06-11T07:00:00Z',
});

export function toInstant(atMs: number): string;
export function toInstant(atMs: number | null): string | null;
export function toInstant(atMs: number | null): string | null {
  // Whole seconds are written without a fraction, as in the public examples.
  return atMs === null ? null : new Date(atMs).toISOString().replace('.000Z', 'Z');
}

export const uuid = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, 'expected a uuid')
  .transform((text) => text.toLowerCase())
  .meta({ format: 'uuid', example: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' });

/** An id that goes out. */
export const uuidOut = z.string().meta({ format: 'uuid', example: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' });

/** Text without control characters and half surrogates: neither can be stored. */
export function text(lengthMax: number, lengthMin = 1): z.ZodString {
  return z
    .string()
    .min(lengthMin, `expected at least ${lengthMin} character`)
    .max(lengthMax, `expected at most ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected text without control characters');
}

export const userId = text(255).meta({
  description: "The client's own id of an end user.",
  example: 'user-17',
});

export const wholePercent = z
  .int('expected a whole number from 0 to 100')
  .min(0, 'expected a whole number from 0 to 100')
  .max(100, 'expected a whole number from 0 to 100');

export const percent = z
  .number('expected a number from 0 to 100')
  .min(0, 'expected a number from 0 to 100')
  .max(100, 'expected a number from 0 to 100');

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code, such as EUR')
  .meta({ description: 'ISO 4217.', example: 'EUR' });

export const timezoneName = z
  .string()
  .max(64)
  .refine(isValidZone, 'expected a name of the IANA time zone database, such as Europe/Oslo')
  .meta({ description: 'A name of the IANA time zone database.', example: 'Europe/Oslo' });

export const zoneName = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'expected the name of a price zone, such as NO1')
  .meta({ description: 'A market price zone.', example: 'NO1' });

export const tariffId = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'expected 1 to 128 letters, digits and the signs _ . : -')
  .meta({ example: 'zone:NO1' });

export function isUuid(value: string): boolean {
  return uuid.safeParse(value).success;
}

/** Energy as it leaves: kWh, at most 3 decimals. */
export function toKwh(energyWh: number): number {
  return Math.round(energyWh) / 1000;
}

/** A percentage as it leaves: whole. */
export function toWholePercent(levelPercent: number | null): number | null {
  return levelPercent === null ? null : Math.round(levelPercent);
}

/** A computed amount of money, to a millionth: sums of floats have noise beyond it. */
export function toMoney(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
