/** A place where cars are charged. */
export interface Location {
  readonly id: string;
  readonly userId: string;
  readonly version: number;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** IANA zone, such as Europe/Oslo. */
  readonly timezoneName: string;
  /** Market price zone, such as NO1; null when none was set. */
  readonly zone: string | null;
  readonly area: string | null;
  /** Limit of all vehicles there together, kW. */
  readonly maxPowerKw: number | null;
  /** What the charger there can give, kW. */
  readonly chargerPowerKw: number | null;
}
