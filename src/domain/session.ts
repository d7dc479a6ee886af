import type { Interval } from './interval.ts';

export type SessionState =
  | 'UPCOMING'
  | 'ACTIVE:BATTERY_RESERVE'
  | 'ACTIVE:REGULAR'
  | 'ACTIVE:IMMEDIATE_START'
  | 'SETTLED';

export type BlockType = 'BATTERY_RESERVE' | 'REGULAR' | 'IMMEDIATE_START';

/** A span of charging: past and observed, running (delivered plus remaining energy), or planned. */
export interface Block extends Interval {
  readonly type: BlockType;
  readonly energyWh: number;
}

/** A 15-minute step on a UTC quarter hour. Steps without energy are not stored. */
export interface Step {
  readonly startAtMs: number;
  readonly energyWh: number;
  readonly levelPercent: number | null;
}

export interface Aggregated {
  readonly energyWh: number;
  readonly levelFromPercent: number | null;
  readonly levelToPercent: number | null;
}

export interface RegularTarget {
  readonly kind: 'REGULAR';
  readonly id: number;
  readonly source: 'POLICY' | 'OVERRIDE';
  readonly reservePercent: number;
  readonly targetPercent: number;
  readonly readyByMs: number;
}
export interface ImmediateTarget {
  readonly kind: 'IMMEDIATE_START';
  readonly id: number;
  readonly targetPercent: number;
}
export type Target = RegularTarget | ImmediateTarget;

export type OutcomeState = 'ON_TRACK' | 'AT_RISK' | 'REACHED' | 'MISSED' | 'UNKNOWN';

export interface Outcome {
  readonly targetId: number;
  readonly kind: Target['kind'];
  readonly state: OutcomeState;
  readonly levelAtReadyByPercent: number | null;
  readonly reachedAtMs: number | null;
}

/** Error codes, the gravest first. */
export const SESSION_ERROR_CODES = [
  'FAULT',
  'NO_POWER',
  'VEHICLE_UNREACHABLE',
  'START_FAILED',
  'STOP_FAILED',
  'CHARGE_INTERRUPTED',
  'INTERFERENCE',
  'CAPABILITY_BLOCKED',
  'TELEMETRY_STALE',
  'CHARGE_LIMIT_BELOW_TARGET',
  'BATTERY_LEVEL_UNKNOWN',
  'PRICES_UNAVAILABLE',
] as const;
export type SessionErrorCode = (typeof SESSION_ERROR_CODES)[number];

export interface SessionError {
  readonly code: SessionErrorCode;
  readonly message: string;
  readonly occurredAtMs: number;
}

/** Amounts in integer micro-units of the currency. */
export interface Valuation {
  readonly currency: string;
  readonly actualMicros: number;
  readonly baselineMicros: number;
}

export interface Session {
  readonly id: string;
  readonly policyId: string | null;
  readonly vehicleId: string;
  readonly locationId: string | null;
  readonly userId: string;
  readonly state: SessionState;
  readonly pluggedInAtMs: number | null;
  readonly pluggedOutAtMs: number | null;
  readonly blocks: readonly Block[];
  /** Null until the car is plugged in. */
  readonly aggregated: Aggregated | null;
  /** Ascending; zero steps are left out and filled in when read or sent. */
  readonly steps: readonly Step[];
  readonly target: Target | null;
  readonly outcome: Outcome | null;
  readonly error: SessionError | null;
  readonly valuation: Valuation | null;
}
