import type { ChargeModel } from '../charge-model.ts';
import type { Fault } from './faults.ts';

/**
 * What the checker is told, in the order in which it happened: what the simulated plant itself knows, what was answered
 * to those who use the service, and what the service shows. It is plain data, and all that the checker knows.
 */
export type Fact =
  | CarFact
  | ConnectionFact
  | PolicyFact
  | TruthFact
  | DisturbedFact
  | AcknowledgedFact
  | Shown
  | DeliveredFact
  | ReplayedFact
  | AnsweredTwiceFact
  | EndedFact;

/** A car as it really is. */
export interface CarFact {
  readonly kind: 'car';
  readonly vehicleId: string;
  readonly name: string;
  readonly model: ChargeModel;
  readonly hasMeter: boolean;
  readonly tellsLevel: boolean;
  /** The service was told its capacity, and the power, kW; null is for it to learn. */
  readonly isCapacityTold: boolean;
  readonly powerToldKw: number | null;
  /** Other cars charge under the same limit. */
  readonly isShared: boolean;
}

/** What a location's connection allows all cars there together; null: more than they draw. */
export interface ConnectionFact {
  readonly kind: 'connection';
  readonly atMs: number;
  readonly locationId: string;
  readonly maxPowerKw: number | null;
}

/** A policy was made, changed or deleted: answered so over HTTP. */
export interface PolicyFact {
  readonly kind: 'policy';
  readonly atMs: number;
  readonly policyId: string;
  readonly vehicleId: string;
  readonly locationId: string;
  readonly isLive: boolean;
}

/** What the car's own instruments say at an instant: whenever it would report, and whenever it is switched. */
export interface TruthFact {
  readonly kind: 'truth';
  readonly vehicleId: string;
  readonly atMs: number;
  readonly isPluggedIn: boolean;
  readonly isCharging: boolean;
  readonly locationId: string | null;
  readonly meterWh: number;
  readonly levelPercent: number;
  readonly limitPercent: number;
}

/** A fault really happened to a car. */
export interface DisturbedFact {
  readonly kind: 'disturbed';
  readonly vehicleId: string;
  readonly atMs: number;
  readonly fault: Fault;
}

/** A reading that the service has answered for. */
export interface AcknowledgedFact {
  readonly kind: 'acknowledged';
  readonly vehicleId: string;
  readonly atMs: number;
  readonly observedAtMs: number;
  /** The content as it was sent: equal contents of one instant are one reading. */
  readonly content: string;
}

/** A request was sent again with its key. */
export interface AnsweredTwiceFact {
  readonly kind: 'answered-twice';
  readonly atMs: number;
  readonly what: string;
  readonly first: string;
  readonly second: string;
}

/** A receiver took a delivery; nothing is said of those that it did not take. */
export interface DeliveredFact {
  readonly kind: 'delivered';
  readonly atMs: number;
  readonly receiver: string;
  readonly deliveryId: string;
  readonly isSigned: boolean;
  /** The text of each event, as it came. */
  readonly bodies: readonly string[];
}

/** A session was rebuilt from its log, and compared with what is stored. */
export interface ReplayedFact {
  readonly kind: 'replayed';
  readonly atMs: number;
  readonly vehicleId: string;
  readonly sessionId: string;
  readonly outcome: 'same' | 'different' | 'impossible';
  readonly detail: string;
}

/** Nothing is under way any more: what is not there now will never come. */
export interface EndedFact {
  readonly kind: 'ended';
  readonly atMs: number;
  readonly receivers: readonly string[];
}

/** What the database shows after a batch, or a request, was committed: all that is new since the last look. */
export interface Shown {
  readonly kind: 'shown';
  readonly atMs: number;
  /** The lanes that were stepped. */
  readonly lanes: readonly ShownLane[];
  readonly steps: readonly ShownStep[];
  /** Every session of those lanes' vehicles. */
  readonly sessions: readonly ShownSession[];
  readonly events: readonly ShownEvent[];
  readonly history: readonly ShownEntry[];
  readonly commands: readonly ShownCommand[];
  readonly inputs: readonly ShownInput[];
  /** Inputs that no step has taken in; null where more may be done at this instant. */
  readonly waitingCount: number | null;
}

export interface ShownLane {
  readonly vehicleId: string;
  readonly stepNumber: number;
  /** Why its last step could not be taken. */
  readonly fault: string | null;
}

export interface ShownStep {
  readonly vehicleId: string;
  readonly stepNumber: number;
  readonly atMs: number;
  readonly inputIds: readonly number[];
}

export interface ShownSession {
  readonly id: string;
  readonly vehicleId: string;
  readonly policyId: string | null;
  readonly state: string;
  readonly sequence: number;
  /** Of everything that is stored of it. */
  readonly digest: string;
  /** Null of a settled session that was shown before with this digest. */
  readonly body: StoredSession | null;
}

/** A session as its row has it: instants in ms, energies in whole Wh, quarter hours without energy left out. */
export interface StoredSession {
  readonly pluggedInAtMs: number | null;
  readonly pluggedOutAtMs: number | null;
  readonly locationId: string | null;
  readonly blocks: readonly StoredBlock[];
  readonly aggregated: {
    readonly energyWh: number;
    readonly levelFromPercent: number | null;
    readonly levelToPercent: number | null;
  } | null;
  readonly steps: readonly {
    readonly startAtMs: number;
    readonly energyWh: number;
    readonly levelPercent: number | null;
  }[];
  readonly target: {
    readonly kind: 'REGULAR' | 'IMMEDIATE_START';
    readonly id: number;
    readonly source?: string;
    readonly reservePercent?: number;
    readonly targetPercent: number;
    readonly readyByMs?: number;
  } | null;
  readonly outcome: {
    readonly targetId: number;
    readonly state: string;
    readonly levelAtReadyByPercent: number | null;
    readonly reachedAtMs: number | null;
  } | null;
  readonly error: { readonly code: string } | null;
  readonly valuation: { readonly actualMicros: number; readonly baselineMicros: number } | null;
}

export interface StoredBlock {
  readonly type: string;
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly energyWh: number;
}

export interface ShownEvent {
  readonly id: number;
  readonly kind: string;
  readonly vehicleId: string | null;
  readonly sessionId: string | null;
  readonly sequence: number | null;
  readonly body: string;
}

export interface ShownEntry {
  readonly sessionId: string;
  readonly number: number;
  readonly atMs: number;
  readonly cause: string;
  /** It has another target than before. */
  readonly hasNewTarget: boolean;
}

export interface ShownCommand {
  readonly id: string;
  readonly vehicleId: string;
  readonly sessionId: string | null;
  readonly kind: 'START' | 'STOP';
  readonly cause: string;
  readonly state: string;
  readonly attempts: number;
  readonly powerKw: number | null;
  readonly createdAtMs: number;
  readonly attemptedAtMs: number;
  readonly expiresAtMs: number;
}

export interface ShownInput {
  readonly id: number;
  readonly vehicleId: string;
  readonly kind: string;
  readonly observedAtMs: number;
  /** Of a reading: as it was stored, in the form of `AcknowledgedFact.content`. */
  readonly content: string | null;
  /** A reading that tells of plug, power or level. */
  readonly isTelling: boolean;
  readonly meterWh: number | null;
  readonly levelPercent: number | null;
}
