import { z } from 'zod';
import { instantIn, instantOut, percent, uuid, uuidOut } from './scalars.ts';

const speed = z
  .number()
  .min(0, 'expected a speed of 0 or more')
  .max(100_000, 'expected a speed of at most 100000')
  .meta({ description: 'How many times faster than real time the clock runs; 0 stops it.' });

export const clockSchema = z
  .object({ now: instantOut, speed })
  .meta({ id: 'SandboxClock', example: { now: '2026-01-05T12:00:00Z', speed: 0 } });

export const clockIn = z
  .strictObject({
    now: instantIn.optional().meta({ description: 'Moves the clock forward to here; at most 366 days.' }),
    speed: speed.optional(),
  })
  .meta({ id: 'SandboxClockIn', example: { now: '2026-01-06T08:00:00Z' } });

const energyKwh = z.number().min(0, 'expected 0 kWh or more').max(2000, 'expected at most 2000 kWh');

/** What a person does to a simulated car. All of it happens at one instant, in the order of these fields. */
export const simulatedCarPatch = z
  .strictObject({
    isPluggedIn: z
      .boolean()
      .optional()
      .meta({ description: 'Plugs it out or in; what it is already is left.' }),
    locationId: uuid.nullable().optional().meta({
      description: 'With isPluggedIn true: where. Null or left out is away from every known location.',
    }),
    driveEnergy: energyKwh.optional().meta({ description: 'Drives: takes so many kWh out of the battery.' }),
    batteryLevel: percent.optional(),
    chargeLimit: percent.optional(),
    isReachable: z.boolean().optional(),
    refusesCommands: z.boolean().optional(),
    refusesPower: z.boolean().optional().meta({ description: 'It refuses a START with a power.' }),
    ignoresPower: z.boolean().optional().meta({
      description: 'It takes a START with a power, and draws all that it takes.',
    }),
    startsAtPlugIn: z
      .boolean()
      .optional()
      .meta({ description: 'It charges by itself when it is plugged in.' }),
    startsAt: instantIn
      .nullable()
      .optional()
      .meta({ description: "The car's own timer: it starts by itself then." }),
  })
  .meta({
    id: 'SimulatedCarPatch',
    example: { isPluggedIn: true, locationId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' },
  });
export type SimulatedCarPatch = z.output<typeof simulatedCarPatch>;

export const simulatedCarSchema = z
  .object({
    vehicleId: uuidOut,
    isPluggedIn: z.boolean(),
    isCharging: z.boolean(),
    locationId: uuidOut.nullable(),
    batteryLevel: z.number().meta({ description: 'As it really is, percent; the car tells it less finely.' }),
    chargeLimit: z.number(),
    energyMeter: z.number().meta({ description: 'All energy that ever went through the plug, kWh.' }),
    isReachable: z.boolean(),
    refusesCommands: z.boolean(),
    refusesPower: z.boolean(),
    ignoresPower: z.boolean(),
    heldPower: z.number().nullable().meta({
      description:
        'What it was told to draw at most, kW; null: all that it takes. It keeps it until it is told otherwise.',
    }),
    startsAtPlugIn: z.boolean(),
    startsAt: instantOut.nullable(),
  })
  .meta({ id: 'SimulatedCar', description: 'A simulated car as it really is, whatever it tells.' });
export type WireSimulatedCar = z.infer<typeof simulatedCarSchema>;

/** What a connector's `faults` may name. */
export const SIMULATED_FAULTS = [
  'unreachable',
  'refuses-commands',
  'refuses-power',
  'ignores-power',
  'starts-at-plug-in',
] as const;
