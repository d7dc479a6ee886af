import { z } from 'zod';
import type { Location } from '../domain/location.ts';
import { text, timezoneName, uuidOut, zoneName } from './scalars.ts';

const powerKw = z.number().gt(0, 'expected more than 0 kW').max(10_000, 'expected at most 10000 kW');

/** What a user must know before they trust a fuse to the limit (decision 0010). */
const ABOVE_LIMIT =
  'One car that charges there alone may draw up to 10 % more, where that was measured and its told `power` is not above ' +
  'the limit: a car of which 7.4 kW are measured charges at a limit of 7 kW. A fuse counts amperes, and the voltage may be ' +
  'so much higher than the nominal one. Where no more than a value may ever flow, set 10 % less than that. ' +
  'Cars that are only on or off may draw 2 % more together while they charge. ' +
  'Where the power of such a car was never told or measured, it is planned with 7 kW until its first reading, and is ' +
  'stopped then if it draws more than there is.';

/** A place as it comes in, whole: what is left out of a PUT is taken away. */
export const locationIn = z
  .strictObject({
    name: text(200),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    timezoneName,
    zone: zoneName.nullable().optional(),
    area: text(100).nullable().optional(),
    maxPower: powerKw
      .nullable()
      .optional()
      .meta({ description: `Limit of all vehicles there together, kW. ${ABOVE_LIMIT}` }),
    chargerPower: powerKw.nullable().optional().meta({ description: 'What the charger there can give, kW.' }),
  })
  .meta({
    id: 'LocationIn',
    example: { name: 'Home', latitude: 59.91, longitude: 10.75, timezoneName: 'Europe/Oslo', zone: 'NO1' },
  });
export type LocationIn = z.output<typeof locationIn>;

export const zoneIn = z
  .strictObject({ zoneId: zoneName.nullable() })
  .meta({ id: 'ZoneIn', example: { zoneId: 'NO1' } });

export const locationSchema = z
  .object({
    id: uuidOut,
    userId: z.string(),
    name: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    timezoneName: z.string(),
    zone: z.string().nullable(),
    area: z.string().nullable(),
    maxPower: z
      .number()
      .nullable()
      .meta({ description: 'Limit of all vehicles there together, kW; null: none. See `LocationIn`.' }),
    chargerPower: z.number().nullable(),
  })
  .meta({ id: 'Location', description: 'A place where cars are charged.' });

export function toWireLocation(location: Location): z.infer<typeof locationSchema> {
  return {
    id: location.id,
    userId: location.userId,
    name: location.name,
    latitude: location.latitude,
    longitude: location.longitude,
    timezoneName: location.timezoneName,
    zone: location.zone,
    area: location.area,
    maxPower: location.maxPowerKw,
    chargerPower: location.chargerPowerKw,
  };
}

export function fromWireLocation(body: LocationIn): Omit<Location, 'id' | 'userId' | 'version'> {
  return {
    name: body.name,
    latitude: body.latitude,
    longitude: body.longitude,
    timezoneName: body.timezoneName,
    zone: body.zone ?? null,
    area: body.area ?? null,
    maxPowerKw: body.maxPower ?? null,
    chargerPowerKw: body.chargerPower ?? null,
  };
}
