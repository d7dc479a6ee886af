import { z } from 'zod';
import { type Policy, WEEKDAYS } from '../domain/policy.ts';
import { DEFAULT_POLICY_SETTINGS, mergeSchedule, type PolicySettings } from '../domain/policy-rules.ts';
import { text, uuid, uuidOut, wholePercent } from './scalars.ts';

const deadline = z
  .strictObject({
    deadline: z
      .string()
      .max(20)
      .meta({ description: "HH:mm, wall clock of the location's zone.", example: '07:00' }),
    minimumChargeTarget: wholePercent,
  })
  .meta({ id: 'Deadline', description: 'The level to have by a time of day.' });

const schedule = z
  .strictObject(Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, deadline.nullable().optional()])))
  .meta({
    id: 'ScheduleIn',
    description: 'A weekday left out stays as it is, null takes its deadline away.',
    example: { monday: { deadline: '07:00', minimumChargeTarget: 80 }, sunday: null },
  });

const restriction = z
  .strictObject({
    type: text(64).meta({ example: 'GRID_TARIFF' }),
    startTime: z.string().max(20).meta({ example: '17:00' }),
    endTime: z.string().max(20).meta({ example: '20:00' }),
    weekdays: z
      .array(z.int())
      .max(7)
      .meta({ description: '0 is Monday; those of the start.', example: [0, 1, 2, 3, 4] }),
  })
  .meta({
    id: 'RestrictionWindow',
    description: 'A weekly window without REGULAR charging; it may cross midnight.',
  });

const settings = {
  batteryReserve: wholePercent.optional().meta({ description: '20 for a new policy.' }),
  schedule: schedule.optional(),
  restrictionSchedule: z.array(restriction).max(1000).optional(),
  opportunisticPrice: z.number().nullable().optional().meta({
    description:
      'Charge on above the target while the price per kWh is at or below this; null switches it off.',
  }),
  preconditionMinutes: z.int().optional(),
  startCost: z
    .number()
    .optional()
    .meta({ description: "Cost of one start, in the tariff's currency; 0.02." }),
  minRunMinutes: z.int().optional().meta({ description: '15 for a new policy.' }),
  prefer: z
    .enum(['late', 'early'])
    .optional()
    .meta({ description: 'Which of two equally cheap plans; late.' }),
};

/** A new policy: without a schedule it is 80 % by 07:00 every day. */
export const policyIn = z.strictObject({ vehicleId: uuid, locationId: uuid, ...settings }).meta({
  id: 'PolicyIn',
  example: {
    vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
    locationId: 'b2c3d4e5-f6a7-4890-9bcd-ef0123456789',
    batteryReserve: 20,
    schedule: { monday: { deadline: '07:00', minimumChargeTarget: 80 } },
  },
});

export const policyPatch = z.strictObject(settings).meta({
  id: 'PolicyPatch',
  example: {
    batteryReserve: 30,
    schedule: { saturday: { deadline: '10:00', minimumChargeTarget: 70 }, sunday: null },
  },
});
export type PolicyPatch = z.output<typeof policyPatch>;

export const policySchema = z
  .object({
    id: uuidOut,
    userId: z.string(),
    vehicleId: uuidOut,
    locationId: uuidOut,
    batteryReserve: z.int(),
    schedule: z.object(
      Object.fromEntries(
        WEEKDAYS.map((weekday) => [
          weekday,
          z.object({ deadline: z.string(), minimumChargeTarget: z.int() }).optional(),
        ]),
      ),
    ),
    restrictionSchedule: z.array(
      z.object({ type: z.string(), startTime: z.string(), endTime: z.string(), weekdays: z.array(z.int()) }),
    ),
    opportunisticPrice: z.number().nullable(),
    preconditionMinutes: z.int(),
    startCost: z.number(),
    minRunMinutes: z.int(),
    prefer: z.enum(['late', 'early']),
    lastObservedLocationChargeLimit: z
      .int()
      .nullable()
      .meta({ description: "The car's own charge limit, percent, when it was last seen at this location." }),
  })
  .meta({ id: 'Policy', description: 'One vehicle at one location, to be charged smartly.' });
export type WirePolicy = z.infer<typeof policySchema>;

export function toWirePolicy(policy: Policy, chargeLimitPercent: number | null): WirePolicy {
  return {
    id: policy.id,
    userId: policy.userId,
    vehicleId: policy.vehicleId,
    locationId: policy.locationId,
    batteryReserve: policy.batteryReserve,
    schedule: mergeSchedule(policy.schedule, {}),
    restrictionSchedule: policy.restrictionSchedule.map((window) => ({
      ...window,
      weekdays: [...window.weekdays],
    })),
    opportunisticPrice: policy.opportunisticPrice,
    preconditionMinutes: policy.preconditionMinutes,
    startCost: policy.startCost,
    minRunMinutes: policy.minRunMinutes,
    prefer: policy.prefer,
    lastObservedLocationChargeLimit: chargeLimitPercent === null ? null : Math.round(chargeLimitPercent),
  };
}

/** The settings of a new policy; its schedule stands alone where one is given. */
export function newPolicySettings(patch: PolicyPatch): PolicySettings {
  const base =
    patch.schedule === undefined ? DEFAULT_POLICY_SETTINGS : { ...DEFAULT_POLICY_SETTINGS, schedule: {} };
  return patchedPolicySettings(base, patch);
}

/** The settings after a change; the schedule is merged by weekday. */
export function patchedPolicySettings(old: PolicySettings, patch: PolicyPatch): PolicySettings {
  return {
    batteryReserve: patch.batteryReserve ?? old.batteryReserve,
    schedule: mergeSchedule(old.schedule, patch.schedule ?? {}),
    restrictionSchedule: patch.restrictionSchedule ?? old.restrictionSchedule,
    opportunisticPrice:
      patch.opportunisticPrice === undefined ? old.opportunisticPrice : patch.opportunisticPrice,
    preconditionMinutes: patch.preconditionMinutes ?? old.preconditionMinutes,
    startCost: patch.startCost ?? old.startCost,
    minRunMinutes: patch.minRunMinutes ?? old.minRunMinutes,
    prefer: patch.prefer ?? old.prefer,
  };
}
