import { z } from 'zod';
import { POWER_DELIVERY_STATES, type PowerDeliveryState } from '../domain/reading.ts';
import { canBeHeld, type Vehicle } from '../domain/vehicle.ts';
import { SIMULATED_FAULTS } from './sandbox.ts';
import { instantOut, percent, text, toInstant, toKwh, uuidOut } from './scalars.ts';
import { variants } from './variants.ts';

const information = z
  .strictObject({
    brand: text(100).nullable().optional(),
    model: text(100).nullable().optional(),
    year: z.int().min(1900).max(2200).nullable().optional(),
    displayName: text(100).nullable().optional(),
  })
  .meta({
    id: 'VehicleInformationIn',
    example: { brand: 'Volvo', model: 'EX30', year: 2025, displayName: 'Blue' },
  });

const capacityKwh = z.number().gt(0, 'expected more than 0 kWh').max(2000, 'expected at most 2000 kWh');
const powerKw = z.number().gt(0, 'expected more than 0 kW').max(2000, 'expected at most 2000 kW');

const capability = z.strictObject({ isCapable: z.boolean() });
const setPower = z
  .strictObject({ isCapable: z.boolean(), leastPower: powerKw.nullable().optional() })
  .refine(({ isCapable, leastPower }) => isCapable || typeof leastPower !== 'number', {
    error: 'expected no leastPower of a vehicle that cannot be held to a power',
    path: ['leastPower'],
  })
  .meta({
    id: 'SetPowerIn',
    description:
      'Whether a START may carry a power that the car is then held to, and the least one, kW at the plug. Null or left ' +
      'out is 6 A: 1.38 kW where its power is told and at most 7.4 kW (one phase), else 4.14 kW (three).',
  });
const capabilities = z
  .strictObject({
    startCharging: capability.optional(),
    stopCharging: capability.optional(),
    setPower: setPower.optional(),
  })
  .meta({
    id: 'VehicleCapabilitiesIn',
    description: 'A new vehicle can be started and stopped, and cannot be held to a power.',
  });

const efficiency = z.number().gt(0, 'expected more than 0').max(1, 'expected at most 1');

const model = {
  batteryCapacity: capacityKwh
    .nullable()
    .optional()
    .meta({ description: 'Usable, kWh; learned when left out.' }),
  power: powerKw.nullable().optional().meta({ description: 'Charging power, kW; learned when left out.' }),
  efficiency: efficiency
    .nullable()
    .optional()
    .meta({ description: 'Share of the energy at the plug that reaches the battery.' }),
};

const httpConnector = z.strictObject({ type: z.literal('http') }).meta({
  id: 'HttpConnector',
  description: 'Readings come by POST /telemetry, commands are fetched or sent.',
});

/** A car that obeys and whose battery really moves; only in a sandbox. */
const simulatedConnector = z
  .strictObject({
    type: z.literal('simulated'),
    batteryCapacity: capacityKwh.meta({ description: 'kWh.' }),
    power: powerKw.meta({ description: 'kW.' }),
    efficiency: efficiency.optional(),
    taperFrom: percent.optional().meta({ description: 'Level from which the power falls, percent.' }),
    batteryLevel: percent,
    chargeLimit: percent.optional(),
    readingsEverySeconds: z.int().min(10).max(86_400).optional(),
    faults: z.array(z.enum(SIMULATED_FAULTS)).max(SIMULATED_FAULTS.length).optional(),
  })
  .meta({ id: 'SimulatedConnector', description: 'A simulated car; only in a sandbox.' });
export type SimulatedConnector = z.output<typeof simulatedConnector>;

/** A new vehicle. */
export const vehicleIn = z
  .strictObject({
    information: information.optional(),
    ...model,
    capabilities: capabilities.optional(),
    connector: variants([httpConnector, simulatedConnector]).optional(),
  })
  .meta({
    id: 'VehicleIn',
    example: { information: { brand: 'Volvo', model: 'EX30', displayName: 'Blue' }, batteryCapacity: 64 },
  });
export type VehicleIn = z.output<typeof vehicleIn>;

export const vehiclePatch = z
  .strictObject({ information: information.optional(), ...model, capabilities: capabilities.optional() })
  .meta({ id: 'VehiclePatch', example: { information: { displayName: 'Red' }, power: 11 } });
export type VehiclePatch = z.output<typeof vehiclePatch>;

const capabilityOut = z.object({ isCapable: z.boolean() });

export const vehicleSchema = z
  .object({
    id: uuidOut,
    userId: z.string(),
    lastSeen: instantOut.nullable().meta({ description: 'When its last reading arrived.' }),
    isReachable: z.boolean().nullable(),
    locationId: uuidOut.nullable().meta({ description: 'Where it is plugged in, of the known locations.' }),
    information: z.object({
      brand: z.string().nullable(),
      model: z.string().nullable(),
      year: z.int().nullable(),
      displayName: z.string().nullable(),
    }),
    chargeState: z
      .object({
        batteryLevel: z.number().nullable().meta({ description: 'Percent.' }),
        batteryCapacity: z.number().nullable().meta({ description: 'kWh.' }),
        chargeLimit: z.number().nullable().meta({ description: 'Percent.' }),
        chargeRate: z.number().nullable().meta({ description: 'kW.' }),
        isPluggedIn: z.boolean().nullable(),
        isCharging: z.boolean().nullable(),
        powerDeliveryState: z.enum(POWER_DELIVERY_STATES),
        energyMeter: z.number().nullable().meta({ description: 'kWh.' }),
        lastUpdated: instantOut.nullable(),
      })
      .meta({ id: 'ChargeState' }),
    location: z
      .object({ latitude: z.number(), longitude: z.number(), lastUpdated: instantOut })
      .nullable()
      .meta({ description: 'The last known position.' }),
    odometer: z.object({ distance: z.number(), lastUpdated: instantOut }).nullable(),
    batteryCapacity: z
      .number()
      .nullable()
      .meta({ description: 'As given, kWh; a reading that tells one wins.' }),
    power: z.number().nullable().meta({ description: 'As given, kW.' }),
    efficiency: z.number().nullable().meta({ description: 'As given.' }),
    capabilities: z.object({
      startCharging: capabilityOut,
      stopCharging: capabilityOut,
      setPower: z.object({
        isCapable: z.boolean(),
        leastPower: z.number().nullable().meta({ description: 'The least that it can be held to, kW.' }),
      }),
    }),
    connector: z.looseObject({ type: z.string() }),
  })
  .meta({ id: 'Vehicle' });
export type WireVehicle = z.infer<typeof vehicleSchema>;

interface Seen<Value> {
  readonly value: Value;
  readonly atMs: number;
}

/** A vehicle as its client made it, with what its lane last saw of it. */
export interface VehicleFacts {
  readonly vehicle: Vehicle;
  readonly information: WireVehicle['information'];
  readonly connector: { readonly type: string };
  readonly locationId: string | null;
  readonly observed: {
    readonly lastReadingAtMs: number | null;
    readonly lastHeardAtMs: number | null;
    readonly isPluggedIn: Seen<boolean> | null;
    readonly delivery: Seen<PowerDeliveryState> | null;
    readonly isCharging: Seen<boolean> | null;
    readonly levelPercent: Seen<number> | null;
    readonly powerKw: Seen<number> | null;
    readonly chargeLimitPercent: Seen<number> | null;
    readonly capacityWh: Seen<number> | null;
    readonly meterWh: Seen<number> | null;
    readonly coordinates: Seen<{ readonly latitude: number; readonly longitude: number }> | null;
    readonly odometerKm: Seen<number> | null;
    readonly isReachable: Seen<boolean> | null;
  } | null;
}

export function toWireVehicle(facts: VehicleFacts): WireVehicle {
  const { vehicle, observed } = facts;
  const capacityWh = observed?.capacityWh?.value ?? vehicle.capacityWh;
  const position = observed?.coordinates ?? null;
  const odometer = observed?.odometerKm ?? null;
  const meterWh = observed?.meterWh?.value ?? null;
  return {
    id: vehicle.id,
    userId: vehicle.userId,
    lastSeen: toInstant(observed?.lastHeardAtMs ?? null),
    isReachable: observed?.isReachable?.value ?? null,
    locationId: facts.locationId,
    information: {
      brand: facts.information.brand,
      model: facts.information.model,
      year: facts.information.year,
      displayName: facts.information.displayName,
    },
    chargeState: {
      batteryLevel: observed?.levelPercent?.value ?? null,
      batteryCapacity: capacityWh === null ? null : toKwh(capacityWh),
      chargeLimit: observed?.chargeLimitPercent?.value ?? null,
      chargeRate: observed?.powerKw?.value ?? null,
      isPluggedIn: observed?.isPluggedIn?.value ?? null,
      isCharging: observed?.isCharging?.value ?? null,
      powerDeliveryState: observed?.delivery?.value ?? 'UNKNOWN',
      energyMeter: meterWh === null ? null : toKwh(meterWh),
      lastUpdated: toInstant(observed?.lastReadingAtMs ?? null),
    },
    location: position === null ? null : { ...position.value, lastUpdated: toInstant(position.atMs) },
    odometer: odometer === null ? null : { distance: odometer.value, lastUpdated: toInstant(odometer.atMs) },
    batteryCapacity: vehicle.capacityWh === null ? null : toKwh(vehicle.capacityWh),
    power: vehicle.powerKw,
    efficiency: vehicle.efficiency,
    capabilities: {
      startCharging: { isCapable: vehicle.canStart },
      stopCharging: { isCapable: vehicle.canStop },
      setPower: { isCapable: canBeHeld(vehicle), leastPower: vehicle.leastPowerKw ?? null },
    },
    connector: { ...facts.connector },
  };
}
