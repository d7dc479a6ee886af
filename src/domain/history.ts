import type { Interval } from './interval.ts';
import type { BlockType, OutcomeState, SessionErrorCode, SessionState, Target } from './session.ts';

/** What set a change off. */
export const HISTORY_CAUSES = [
  'PLUGGED_IN',
  'UNPLUGGED',
  'LEVEL',
  'POWER',
  'CHARGING',
  'CHARGE_LIMIT',
  'REACHABILITY',
  'PRICES',
  'POLICY',
  'OVERRIDE',
  'LOCATION',
  'VEHICLE',
  'COMMAND',
  'OTHER_CAR',
  'CLOCK',
] as const;
export type HistoryCause = (typeof HISTORY_CAUSES)[number];

/** Why the car is charging or not, from some instant on until the next entry. */
export const WHY_CODES = [
  'WAITING_FOR_PLUG',
  'PLUGGED_IN_ELSEWHERE',
  'PLACE_UNKNOWN',
  'JUST_UNPLUGGED',
  'SETTLED',
  'CHARGING_RESERVE',
  'CHARGING_IMMEDIATE',
  'CHARGING_LATE',
  'CHARGING_NO_TIME_LEFT',
  'CHARGING_WITHOUT_PRICES',
  'CHARGING_PLANNED',
  'CHARGING_IN_ALLOWED_HOUR',
  'CHARGING_IN_FORECAST_HOUR',
  'CHARGING_IN_UNPRICED_HOUR',
  'CHARGING_JUST_ENOUGH_TIME',
  'CHARGING_RUN_ON',
  'CHARGING_TO_DEPARTURE',
  'CHARGING_ABOVE_TARGET',
  'CHARGING_IN_TURN',
  'CHARGING_SHARED',
  'CHARGING_NOT_ENOUGH_POWER',
  'CHARGING_MEASURED',
  'CHARGING_UNWANTED',
  'CHARGING_LEFT_ALONE',
  'FAULT',
  'NO_POWER',
  'UNREACHABLE',
  'CANNOT_COMMAND',
  'STARTING',
  'START_REFUSED',
  'LEFT_ALONE',
  'CAR_COMPLETE',
  'AT_LIMIT',
  'TARGET_MET',
  'NO_DEADLINE',
  'WAITING_FOR_CHEAP_HOUR',
  'WAITING_FOR_FORECAST_HOUR',
  'WAITING_FOR_PRICES',
  'WAITING_FOR_ALLOWED_HOUR',
  'WAITING_FOR_DEPARTURE',
  'WAITING_FOR_OTHER_CAR',
  'WAITING_FOR_EARLIER_CAR',
  'WAITING_ITS_TURN',
  'WAITING_FOR_CAR_IN_TIME',
  'WAITING_FOR_FREE_HOUR',
  'WAITING_FOR_OTHER_TO_STOP',
  'WAITING_FOR_ROOM',
  'CONNECTION_TOO_SMALL',
  'CONNECTION_IN_USE',
  'NOTHING_PLANNED',
] as const;
export type WhyCode = (typeof WHY_CODES)[number];

/** The reason, with what its sentence names; null where it does not apply. */
export interface Why {
  readonly code: WhyCode;
  /** When the planned charge begins or ends, or the next thing happens. */
  readonly atMs: number | null;
  /** Target, reserve or limit that it is about, percent. */
  readonly percent: number | null;
  /** The percentage is the car's own limit, which is below the target. */
  readonly isCarLimit?: true;
  readonly readyByMs: number | null;
  /** Mean price per kWh of the block that is waited for, or that runs, from its beginning to its planned end. */
  readonly price: number | null;
  readonly currency: string | null;
  /** Attempts that failed. */
  readonly attempts: number | null;
  /** After them another attempt is under way. */
  readonly isAsked?: true;
  /** The car charges by what is known of it: it cannot be reached, or nothing was heard of it for some time. */
  readonly contact?: 'UNREACHABLE' | 'SILENT';
  /** What the location allows all cars there together, kW; only where that is the reason. */
  readonly limitKw?: number;
  /** The cars that go first, or draw; only where the location's limit is the reason. */
  readonly vehicleIds?: readonly string[];
  /** What the charging car is held to, and what it takes by itself, kW; only where that is less. */
  readonly held?: { readonly powerKw: number; readonly fullKw: number };
  /** What a car that is to stop draws, kW, where that is more than was expected of it under the location's limit. */
  readonly drawn?: { readonly powerKw: number; readonly expectedKw: number };
}

export interface HistoryBlock extends Interval {
  readonly type: BlockType;
}

/** What an entry can say has changed: the value before and after. */
export interface Changed<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** The part of a session whose changes are history, as the newest entry left it. */
export interface HistoryState {
  /** Entries so far. */
  readonly count: number;
  readonly state: SessionState;
  readonly target: Target | null;
  readonly outcome: OutcomeState | null;
  readonly error: SessionErrorCode | null;
  readonly plannedBlocks: readonly HistoryBlock[];
  readonly plannedCost: number | null;
  readonly why: Why;
}

/** One entry: a cause, and what it changed. */
export interface HistoryEntry {
  readonly id: string;
  readonly sessionId: string;
  /** Counts the entries of the session from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly cause: HistoryCause;
  readonly why: Why;
  readonly state: Changed<SessionState> | null;
  readonly target: Changed<Target | null> | null;
  readonly outcome: Changed<OutcomeState | null> | null;
  readonly error: Changed<SessionErrorCode | null> | null;
  /** Only what was planned for the future. */
  readonly plannedBlocks: Changed<readonly HistoryBlock[]> | null;
  readonly plannedCost: Changed<number | null> | null;
  /** IANA zone of the place, for its sentence. */
  readonly zone: string;
}
