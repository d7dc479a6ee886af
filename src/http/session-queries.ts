import { z } from 'zod';
import { SESSION_ERROR_CODES, type SessionState } from '../domain/session.ts';
import type { CurrentFilter, SettledFilter } from '../store/session-filters.ts';
import { pageOf } from '../wire/page.ts';
import { instantIn, text, userId, uuid } from '../wire/scalars.ts';
import { SESSION_STATES, sessionSchema } from '../wire/session.ts';

export const sessionPage = pageOf(sessionSchema).meta({ id: 'SessionPage' });

/** The filters of settled sessions. */
export const settledQuery = {
  from: instantIn.optional().meta({ description: '`pluggedInAt` at or after.' }),
  to: instantIn.optional().meta({ description: '`pluggedOutAt` at or before.' }),
  policyId: uuid.optional(),
  locationId: uuid.optional(),
  vehicleId: uuid.optional(),
  userId: userId.optional(),
  kind: z
    .enum(['managed', 'unmanaged'])
    .optional()
    .meta({ description: '`managed`: with a policy; `unmanaged`: observed alone.' }),
};

/** The filters of current sessions. */
export const currentQuery = {
  state: z
    .enum([...SESSION_STATES.filter((state) => state !== 'SETTLED'), 'ACTIVE'])
    .optional()
    .meta({ description: '`ACTIVE` means each of the active states.' }),
  error: z
    .enum([...SESSION_ERROR_CODES, 'ANY'])
    .optional()
    .meta({ description: '`ANY` means each error.' }),
  policyId: uuid.optional(),
  locationId: uuid.optional(),
  vehicleId: uuid.optional(),
  userId: userId.optional(),
  q: text(100).optional().meta({
    description: "Part of a user id, a session's id, a vehicle's name, brand or model, or a location's name.",
  }),
};

export const timeseries = z
  .enum(['true', 'false'])
  .optional()
  .meta({
    description: '`false` leaves the series empty; `true` when left out.',
    override: ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      delete jsonSchema.enum;
      Object.assign(jsonSchema, { type: 'boolean', default: true });
    },
  });

const settledSchema = z.object(settledQuery);
const currentSchema = z.object(currentQuery);

export function settledFilterOf(query: z.output<typeof settledSchema>): SettledFilter {
  return {
    fromMs: query.from ?? null,
    toMs: query.to ?? null,
    policyId: query.policyId ?? null,
    locationId: query.locationId ?? null,
    vehicleId: query.vehicleId ?? null,
    userId: query.userId ?? null,
    kind: query.kind ?? null,
  };
}

export function currentFilterOf(query: z.output<typeof currentSchema>): CurrentFilter {
  return {
    states: statesOf(query.state),
    error: query.error ?? null,
    policyId: query.policyId ?? null,
    locationId: query.locationId ?? null,
    vehicleId: query.vehicleId ?? null,
    userId: query.userId ?? null,
    text: query.q ?? null,
  };
}

function statesOf(state: string | undefined): SessionState[] | null {
  if (state === undefined) return null;
  return SESSION_STATES.filter(
    (known) => known === state || (state === 'ACTIVE' && known.startsWith('ACTIVE:')),
  );
}
