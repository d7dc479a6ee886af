import { z } from 'zod';
import {
  type Outcome,
  SESSION_ERROR_CODES,
  type Session,
  type Target,
  type Valuation,
} from '../domain/session.ts';
import { fillSteps } from '../domain/statistics.ts';
import { instantOut, toInstant, toKwh, toWholePercent, uuidOut } from './scalars.ts';
import { variants } from './variants.ts';

export const SESSION_STATES = [
  'UPCOMING',
  'ACTIVE:BATTERY_RESERVE',
  'ACTIVE:REGULAR',
  'ACTIVE:IMMEDIATE_START',
  'SETTLED',
] as const;

const level = z.int().min(0).max(100);

const regularTarget = z
  .object({
    id: z.int().min(1),
    type: z.literal('REGULAR'),
    source: z.enum(['POLICY', 'OVERRIDE']),
    batteryReserve: level,
    minimumChargeTarget: level,
    readyBy: instantOut,
  })
  .meta({ id: 'RegularTarget' });

const immediateTarget = z
  .object({ id: z.int().min(1), type: z.literal('IMMEDIATE_START'), minimumChargeTarget: level })
  .meta({ id: 'ImmediateStartTarget' });

export const targetSchema = variants([regularTarget, immediateTarget], {
  id: 'Target',
  description: 'What the session charges towards. `id` grows by one at each change.',
});

const outcomeSchema = z
  .object({
    targetId: z.int().min(1),
    type: z.enum(['REGULAR', 'IMMEDIATE_START']),
    state: z.enum(['ON_TRACK', 'AT_RISK', 'REACHED', 'MISSED', 'UNKNOWN']),
    batteryLevelAtReadyBy: level.nullable(),
    minimumChargeTargetReachedAt: instantOut.nullable(),
  })
  .meta({ id: 'Outcome', description: 'Will the target be met, or was it.' });

const blockSchema = z
  .object({
    type: z.enum(['BATTERY_RESERVE', 'REGULAR', 'IMMEDIATE_START']),
    kwhSum: z.number().min(0),
    startAt: instantOut,
    endAt: instantOut,
  })
  .meta({ id: 'Block', description: 'A span of charging: past, running or planned.' });

const stepSchema = z
  .object({ startAt: instantOut, endAt: instantOut, kwh: z.number().min(0), batteryLevel: level.nullable() })
  .meta({ id: 'TimeseriesStep', description: 'A quarter hour.' });

const errorSchema = z
  .object({ code: z.enum(SESSION_ERROR_CODES), message: z.string(), occurredAt: instantOut })
  .meta({ id: 'SessionError' });

const valuationSchema = z
  .object({
    currency: z.string(),
    tariffCost: z.object({ actual: z.number(), baseline: z.number(), savings: z.number() }),
  })
  .meta({
    id: 'Valuation',
    description:
      'What the energy cost, what it would have cost without pause from plug-in on, the difference.',
  });

/** A session as everyone outside sees it; the keys stand in this order. */
export const sessionSchema = z
  .object({
    id: uuidOut,
    policyId: uuidOut.nullable(),
    vehicleId: uuidOut,
    locationId: uuidOut.nullable(),
    userId: z.string(),
    state: z.enum(SESSION_STATES),
    pluggedInAt: instantOut.nullable(),
    pluggedOutAt: instantOut.nullable(),
    blocks: z.array(blockSchema),
    statistics: z.object({
      aggregated: z
        .object({ kwhSum: z.number().min(0), batteryFrom: level.nullable(), batteryTo: level.nullable() })
        .nullable(),
      timeseries: z.array(stepSchema),
    }),
    target: z.object({ latest: targetSchema.nullable() }),
    outcome: z.object({ latest: outcomeSchema.nullable() }),
    error: z.object({ latest: errorSchema.nullable() }),
    valuation: valuationSchema.nullable(),
  })
  .meta({
    id: 'Session',
    description:
      'One charging visit, from the moment a plug-in is expected to the moment the vehicle leaves. ' +
      'New values of the enumerations may come: take an unknown one as "something else".',
    example: {
      id: 'c3d4e5f6-a7b8-4012-9def-012345678902',
      policyId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
      locationId: 'b2c3d4e5-f6a7-4890-9bcd-ef0123456789',
      userId: 'user-17',
      state: 'UPCOMING',
      pluggedInAt: null,
      pluggedOutAt: null,
      blocks: [],
      statistics: { aggregated: null, timeseries: [] },
      target: {
        latest: {
          id: 1,
          type: 'REGULAR',
          source: 'POLICY',
          batteryReserve: 20,
          minimumChargeTarget: 50,
          readyBy: '2025-06-11T07:00:00Z',
        },
      },
      outcome: { latest: null },
      error: { latest: null },
      valuation: null,
    },
  });
export type WireSession = z.infer<typeof sessionSchema>;

export interface WireSessionOptions {
  /** Default true; false leaves the series empty, for lists. */
  readonly timeseries?: boolean;
}

/**
 * A session as it is shown at `nowMs`: quarter hours without energy are filled in up to plug-out, or to now while
 * it is plugged in.
 */
export function toWireSession(
  session: Session,
  nowMs: number,
  options: WireSessionOptions = {},
): WireSession {
  return {
    id: session.id,
    policyId: session.policyId,
    vehicleId: session.vehicleId,
    locationId: session.locationId,
    userId: session.userId,
    state: session.state,
    pluggedInAt: toInstant(session.pluggedInAtMs),
    pluggedOutAt: toInstant(session.pluggedOutAtMs),
    blocks: session.blocks.map((block) => ({
      type: block.type,
      kwhSum: toKwh(block.energyWh),
      startAt: toInstant(block.startAtMs),
      endAt: toInstant(block.endAtMs),
    })),
    statistics: {
      aggregated:
        session.aggregated === null
          ? null
          : {
              kwhSum: toKwh(session.aggregated.energyWh),
              batteryFrom: toWholePercent(session.aggregated.levelFromPercent),
              batteryTo: toWholePercent(session.aggregated.levelToPercent),
            },
      timeseries: options.timeseries === false ? [] : toWireSteps(session, nowMs),
    },
    target: { latest: session.target === null ? null : toWireTarget(session.target) },
    outcome: { latest: session.outcome === null ? null : toWireOutcome(session.outcome) },
    error: {
      latest:
        session.error === null
          ? null
          : {
              code: session.error.code,
              message: session.error.message,
              occurredAt: toInstant(session.error.occurredAtMs),
            },
    },
    valuation: session.valuation === null ? null : toWireValuation(session.valuation),
  };
}

function toWireSteps(session: Session, nowMs: number): WireSession['statistics']['timeseries'] {
  if (session.pluggedInAtMs === null) return [];
  const levelFromPercent = session.aggregated?.levelFromPercent ?? null;
  const toMs = session.pluggedOutAtMs ?? nowMs;
  return fillSteps(session.steps, session.pluggedInAtMs, toMs, levelFromPercent).map((step) => ({
    startAt: toInstant(step.startAtMs),
    endAt: toInstant(step.endAtMs),
    kwh: toKwh(step.energyWh),
    batteryLevel: toWholePercent(step.levelPercent),
  }));
}

export function toWireTarget(target: Target): z.infer<typeof targetSchema> {
  const minimumChargeTarget = Math.round(target.targetPercent);
  switch (target.kind) {
    case 'REGULAR':
      return {
        id: target.id,
        type: 'REGULAR',
        source: target.source,
        batteryReserve: Math.round(target.reservePercent),
        minimumChargeTarget,
        readyBy: toInstant(target.readyByMs),
      };
    case 'IMMEDIATE_START':
      return { id: target.id, type: 'IMMEDIATE_START', minimumChargeTarget };
  }
}

function toWireOutcome(outcome: Outcome): z.infer<typeof outcomeSchema> {
  return {
    targetId: outcome.targetId,
    type: outcome.kind,
    state: outcome.state,
    batteryLevelAtReadyBy: toWholePercent(outcome.levelAtReadyByPercent),
    minimumChargeTargetReachedAt: toInstant(outcome.reachedAtMs),
  };
}

function toWireValuation({
  currency,
  actualMicros,
  baselineMicros,
}: Valuation): z.infer<typeof valuationSchema> {
  return {
    currency,
    tariffCost: {
      actual: actualMicros / 1_000_000,
      baseline: baselineMicros / 1_000_000,
      savings: (baselineMicros - actualMicros) / 1_000_000,
    },
  };
}
