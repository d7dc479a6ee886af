import { WEEKDAYS } from '../../domain/policy.ts';
import { type Call, idOf, must } from './api.ts';
import type { CastCar, CastHome } from './cast.ts';

/** A car that lives, with the ids that the service gave. */
export interface Resident extends CastCar {
  readonly vehicleId: string;
  readonly locationId: string;
}

/** Makes homes and vehicles over the API; policies come later, when the cars are plugged in. */
export async function settleIn(call: Call, cast: readonly CastCar[]): Promise<Resident[]> {
  const homes = new Map<string, string>();
  const residents: Resident[] = [];
  for (const car of cast) {
    const { userId, ...place } = car.home;
    const key = `${userId} ${place.name}`;
    const locationId =
      homes.get(key) ?? idOf(await must(call, 'POST', `/users/${userId}/locations`, bodyOf(car.home)));
    homes.set(key, locationId);
    const { batteryCapacity, power, leastPower } = car.stated;
    const vehicle = await must(call, 'POST', `/users/${userId}/vehicles`, {
      information: { displayName: car.name },
      batteryCapacity,
      power,
      ...(leastPower === null ? {} : { capabilities: { setPower: { isCapable: true, leastPower } } }),
    });
    residents.push({ ...car, vehicleId: idOf(vehicle), locationId });
  }
  return residents;
}

/** A home as it is sent. */
export function bodyOf({ userId: _userId, ...place }: CastHome): object {
  return place;
}

/** The policy of a car as its owner asks for it first. */
export function policyOf(
  { vehicleId, locationId }: Resident,
  policy: NonNullable<CastCar['policy']>,
): object {
  const { batteryReserve, target: minimumChargeTarget, deadline } = policy;
  const schedule = Object.fromEntries(WEEKDAYS.map((day) => [day, { deadline, minimumChargeTarget }]));
  return { vehicleId, locationId, batteryReserve, schedule };
}
