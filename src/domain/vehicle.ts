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

/** Whether it may be told a power to charge with. */
export function canBeHeld({ leastPowerKw }: Vehicle): boolean {
  return typeof leastPowerKw === 'number';
}

/**
 * The least power that a car can be held to where nobody stated one: a charger can signal no less than 6 A a phase
 * (IEC 61851-1, table A.8), at 230 V.
 * @param powerKw its full power, kW; null where nobody told it.
 */
export function leastPowerOf(powerKw: number | null): number {
  const isOnePhase = powerKw !== null && powerKw <= ONE_PHASE_MAX_KW;
  return Math.min(
    isOnePhase ? LEAST_ONE_PHASE_KW : LEAST_THREE_PHASE_KW,
    powerKw ?? Number.POSITIVE_INFINITY,
  );
}

/** One phase of 32 A. */
const ONE_PHASE_MAX_KW = 7.4;
const LEAST_ONE_PHASE_KW = 1.38;
const LEAST_THREE_PHASE_KW = 4.14;
