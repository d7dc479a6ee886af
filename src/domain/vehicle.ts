/** What the engine is told about a vehicle apart from its readings. */
export interface Vehicle {
  readonly id: string;
  readonly userId: string;
  readonly version: number;
  /** Usable capacity, Wh, as given when the vehicle was made; a reading that tells one wins over it. */
  readonly capacityWh: number | null;
  /** Share of the energy at the plug that reaches the battery, 0..1; null is the domain's default. */
  readonly efficiency: number | null;
  /** Charging power when it is told, kW; null is learned from what was measured. */
  readonly powerKw: number | null;
  readonly canStart: boolean;
  readonly canStop: boolean;
  /**
   * Least power that it can be held to while it charges, kW at the plug; null or absent: it charges with all that it
   * takes, or not at all.
   */
  readonly leastPowerKw?: number | null;
}
