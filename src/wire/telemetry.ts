import { z } from 'zod';
import { POWER_DELIVERY_STATES, type Reading } from '../domain/reading.ts';
import { instantIn, percent, uuid } from './scalars.ts';

const OBSERVATIONS_MAX_COUNT = 1000;

/** One report of a vehicle; what is left out or null was not reported. */
export const observationIn = z
  .strictObject({
    vehicleId: uuid,
    observedAt: instantIn,
    isPluggedIn: z.boolean().nullable().optional(),
    powerDeliveryState: z.enum(POWER_DELIVERY_STATES).nullable().optional(),
    batteryLevel: percent.nullable().optional().meta({ description: 'Percent.' }),
    chargeRate: z.number().min(0).max(2000).nullable().optional().meta({ description: 'kW at the plug.' }),
    chargeLimit: percent.nullable().optional().meta({ description: 'Percent.' }),
    batteryCapacity: z.number().gt(0).max(2000).nullable().optional().meta({ description: 'kWh.' }),
    energyMeter: z
      .number()
      .min(0)
      .max(1e9)
      .nullable()
      .optional()
      .meta({ description: 'Energy into the car at the plug, ever growing, kWh.' }),
    latitude: z.number().min(-90).max(90).nullable().optional(),
    longitude: z.number().min(-180).max(180).nullable().optional(),
    locationId: uuid.nullable().optional().meta({ description: 'A location of the same user.' }),
    odometer: z.number().min(0).max(1e8).nullable().optional().meta({ description: 'km.' }),
    isReachable: z.boolean().nullable().optional(),
  })
  .refine((item) => (item.latitude == null) === (item.longitude == null), {
    error: 'expected latitude and longitude together',
    path: ['latitude'],
  })
  .meta({
    id: 'Observation',
    example: {
      vehicleId: 'a1b2c3d4-e5f6-4789-8abc-def012345678',
      observedAt: '2025-06-10T22:15:00Z',
      isPluggedIn: true,
      powerDeliveryState: 'PLUGGED_IN:STOPPED',
      batteryLevel: 35,
      chargeLimit: 90,
    },
  });
export type ObservationIn = z.output<typeof observationIn>;

/** What is asked for. */
export const telemetryIn = z
  .strictObject({ observations: z.array(observationIn).min(1).max(OBSERVATIONS_MAX_COUNT) })
  .meta({ id: 'TelemetryIn' });

/** What is checked first; then the items one by one, so that a malformed one does not spoil the others. */
export const telemetryFrame = z.strictObject({
  observations: z
    .array(z.unknown())
    .min(1, `expected 1 to ${OBSERVATIONS_MAX_COUNT} observations`)
    .max(OBSERVATIONS_MAX_COUNT, `expected 1 to ${OBSERVATIONS_MAX_COUNT} observations`),
});

export const telemetryOut = z
  .object({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.array(z.object({ index: z.int(), reason: z.string() })),
  })
  .meta({ id: 'TelemetryResult', example: { accepted: 1, duplicates: 0, rejected: [] } });

export function toReading(item: ObservationIn): Reading {
  return {
    observedAtMs: item.observedAt,
    isPluggedIn: item.isPluggedIn ?? null,
    powerDeliveryState: item.powerDeliveryState ?? null,
    levelPercent: item.batteryLevel ?? null,
    powerKw: item.chargeRate ?? null,
    chargeLimitPercent: item.chargeLimit ?? null,
    capacityWh: item.batteryCapacity == null ? null : Math.round(item.batteryCapacity * 1000),
    meterWh: item.energyMeter == null ? null : Math.round(item.energyMeter * 1000),
    latitude: item.latitude ?? null,
    longitude: item.longitude ?? null,
    locationId: item.locationId ?? null,
    odometerKm: item.odometer ?? null,
    isReachable: item.isReachable ?? null,
  };
}
