export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A wall-clock deadline of one weekday: `HH:mm` in the location's zone, and the level to have by then. */
export interface Deadline {
  readonly deadline: string;
  readonly minimumChargeTarget: number;
}

export type WeeklySchedule = Readonly<Partial<Record<Weekday, Deadline>>>;

/** A weekly window without REGULAR charging. It may cross midnight; the weekdays (0 = Monday) are the start's. */
export interface RestrictionWindow {
  readonly type: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly weekdays: readonly number[];
}

/** One vehicle at one location, to be charged smartly. Percentages are whole, 0..100. */
export interface Policy {
  readonly id: string;
  readonly vehicleId: string;
  readonly locationId: string;
  readonly userId: string;
  readonly version: number;
  readonly batteryReserve: number;
  readonly schedule: WeeklySchedule;
  readonly restrictionSchedule: readonly RestrictionWindow[];
  /** Charge on above the target while the price per kWh is at or below this; null switches it off. */
  readonly opportunisticPrice: number | null;
  readonly preconditionMinutes: number;
  /** Cost of one start of the charge, in the tariff's currency. */
  readonly startCost: number;
  readonly minRunMinutes: number;
  readonly prefer: 'late' | 'early';
  readonly createdAtMs: number;
}
