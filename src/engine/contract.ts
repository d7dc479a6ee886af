import type { HistoryEntry } from '../domain/history.ts';
import type { Location } from '../domain/location.ts';
import type { Policy } from '../domain/policy.ts';
import type { PriceSlot } from '../domain/price.ts';
import type { Reading } from '../domain/reading.ts';
import type { Session } from '../domain/session.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import type { Lane } from './lane.ts';

/** What a person may ask of one session. */
export type Override =
  | { readonly kind: 'IMMEDIATE_START'; readonly targetPercent: number }
  | {
      readonly kind: 'REGULAR';
      readonly targetPercent: number;
      readonly readyByMs: number;
      /** Null takes the policy's. */
      readonly reservePercent: number | null;
    };

/** Everything that can happen to a lane. `receivedAtMs` is the service's clock when it was appended. */
export type LaneInput = { readonly receivedAtMs: number } & (
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'target-set'; readonly sessionId: string; readonly override: Override }
  | { readonly kind: 'target-cleared'; readonly sessionId: string }
  | { readonly kind: 'policy-set'; readonly policy: Policy }
  | { readonly kind: 'policy-deleted'; readonly policyId: string }
  | { readonly kind: 'location-set'; readonly location: Location }
  | { readonly kind: 'location-deleted'; readonly locationId: string }
  | { readonly kind: 'vehicle-set'; readonly vehicle: Vehicle }
  | { readonly kind: 'prices-changed' }
  | {
      readonly kind: 'command-result';
      readonly commandId: string;
      readonly outcome: 'CONFIRMED' | 'FAILED';
      readonly reason: string | null;
    }
);

/** The resolved price of a location: ascending disjoint slots, and the currency. */
export interface LocationPrices {
  readonly currency: string;
  /** Ascending and disjoint, known prices only, from a fortnight before now to the last that is published. */
  readonly slots: readonly PriceSlot[];
  /** Names the state of the rates: equal versions have equal slots. */
  readonly version: string;
}

/** Numbers that a back-test or an operator may set; absent ones are the rules' own. */
export interface EngineSettings {
  /** Fixed margin before readyBy instead of the learned one. */
  readonly marginMs?: number;
  readonly replanGainRatio?: number;
  /** Plan at every reading of a charging car, also where the last plan is shown to be still the best. Default false. */
  readonly alwaysPlan?: boolean;
  /** Fill prices that are not published yet from the zone's recent shape. Default true. */
  readonly isForecastOn?: boolean;
  /** Keep the history of sessions. Default true. */
  readonly isHistoryOn?: boolean;
}

/** What `advance` may know besides the lane and its inputs. */
export interface LaneContext {
  /** Null when the location has no tariff at all. The same object for the same version, where that can be had. */
  readonly pricesAt: (locationId: string) => LocationPrices | null;
  /** A fresh uuid; the ids given are logged with the step. */
  readonly newId: () => string;
  readonly settings?: EngineSettings;
}

export type CommandKind = 'START' | 'STOP';
export type CommandCause =
  | 'PLAN'
  | 'RESERVE'
  | 'IMMEDIATE'
  | 'MISSED'
  | 'TARGET_MET'
  | 'CORRECTION'
  | 'RELEASE';
export type CommandState = 'PENDING' | 'CONFIRMED' | 'FAILED' | 'DROPPED' | 'EXPIRED';

/** A row of the command ledger. Each new attempt keeps the id, counts up and is PENDING again. */
export interface Command {
  readonly id: string;
  readonly sessionId: string | null;
  readonly kind: CommandKind;
  readonly cause: CommandCause;
  /** Of a START: what the car is held to from now on, kW at the plug; absent: all that it takes. */
  readonly powerKw?: number;
  readonly state: CommandState;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly attemptedAtMs: number;
  readonly expiresAtMs: number;
  readonly finishedAtMs: number | null;
  readonly detail: string | null;
}

/** A session as it must be stored after the step. */
export interface SessionChange {
  readonly session: Session;
  readonly visitId: string | null;
  readonly sequence: number;
  readonly isNew: boolean;
  /** Shown where a listing shows each visit once. */
  readonly isShown: boolean;
  /** Settled and managed: every other record of the visit is no longer shown. */
  readonly hidesVisit: boolean;
}

export type LaneEvent =
  | { readonly kind: 'session-updated'; readonly session: Session; readonly sequence: number }
  | { readonly kind: 'session-deleted'; readonly sessionId: string; readonly policyId: string }
  | { readonly kind: 'command-requested'; readonly command: Command };

/** A person's input that the domain says no to; nothing was changed by it. */
export interface Refusal {
  readonly inputIndex: number;
  readonly reason: 'session-settled' | 'session-unknown' | 'ready-by-past' | 'ready-by-too-far';
  readonly detail: string;
}

export interface Advance {
  readonly lane: Lane;
  readonly sessions: readonly SessionChange[];
  readonly deletedSessionIds: readonly string[];
  readonly events: readonly LaneEvent[];
  /** New and changed rows of the ledger. */
  readonly commands: readonly Command[];
  /** When the lane wants to be stepped without an input; null for never. */
  readonly timerAtMs: number | null;
  /** Plans made, for metrics. */
  readonly planCount: number;
  readonly refusals: readonly Refusal[];
  /** New entries of the sessions' histories, in their order. */
  readonly history: readonly HistoryEntry[];
}
