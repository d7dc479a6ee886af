import type { HistoryState } from '../domain/history.ts';
import type { Interval } from '../domain/interval.ts';
import type { Location } from '../domain/location.ts';
import type { Policy } from '../domain/policy.ts';
import type { PowerDeliveryState } from '../domain/reading.ts';
import type {
  Block,
  BlockType,
  Outcome,
  OutcomeState,
  SessionErrorCode,
  SessionState,
  Step,
  Target,
} from '../domain/session.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import type { CurvePoint, Plan } from '../planner/problem.ts';
import type { YieldReason } from '../planner/site.ts';
import type { Command } from './contract.ts';
import type { Learned } from './learned.ts';
import type { MarginReason } from './margin.ts';
import type { SiteCourseOfCar } from './site-course.ts';

/** A value that was reported, and when. */
export interface Seen<Value> {
  readonly value: Value;
  readonly atMs: number;
}

/** The latest of each thing that the vehicle reported. */
export interface Observed {
  readonly lastReadingAtMs: number | null;
  /** When the last reading arrived, by the service's clock. */
  readonly lastHeardAtMs: number | null;
  /** When the last reading arrived that says anything of plug, charge or level. */
  readonly lastToldAtMs: number | null;
  readonly isPluggedIn: Seen<boolean> | null;
  readonly delivery: Seen<PowerDeliveryState> | null;
  readonly isCharging: Seen<boolean> | null;
  /** When `isCharging` last changed; null before the first change. */
  readonly chargingSinceMs: number | null;
  readonly levelPercent: Seen<number> | null;
  /** The finest step that all levels that it told fit: 10, 5, 2, 1 or 0.1; 0 where it tells them exactly. */
  readonly levelStepPercent: number;
  readonly powerKw: Seen<number> | null;
  readonly chargeLimitPercent: Seen<number> | null;
  readonly capacityWh: Seen<number> | null;
  readonly meterWh: Seen<number> | null;
  readonly coordinates: Seen<{ readonly latitude: number; readonly longitude: number }> | null;
  readonly odometerKm: Seen<number> | null;
  readonly isReachable: Seen<boolean> | null;
  /** A position, an odometer or a location was reported at least once. */
  readonly hasReportedPlace: boolean;
}

/** Where a visit is. `isTold` when the car or its connector said so, else it was inferred. */
export type Place =
  | { readonly kind: 'at'; readonly locationId: string; readonly isTold: boolean }
  | { readonly kind: 'away'; readonly isTold: boolean }
  | { readonly kind: 'pending'; readonly untilMs: number };

/** Energy and levels of a visit, or of the stretch of it that has no policy. */
export interface Account {
  readonly fromMs: number;
  readonly energyWh: number;
  readonly levelFromPercent: number | null;
  readonly levelToPercent: number | null;
  readonly steps: readonly Step[];
  /** Sum of energy times its power, Wh·kW: divided by the energy it is the energy-weighted mean power. */
  readonly weightedPower: number;
}

/** Where the counting of energy stands in a visit. */
export interface Counter {
  /** Energy is counted up to here. */
  readonly untilMs: number;
  readonly meterLastWh: number | null;
  /** Meter reading from which `meterCountedWh` counts. */
  readonly meterBaseWh: number;
  readonly meterCountedWh: number;
  /** Level from which `levelCountedWh` counts. */
  readonly levelBasePercent: number | null;
  /** What the level rose above that flowed after this instant. */
  readonly levelBaseAtMs: number;
  readonly levelCountedWh: number;
  /** Part of a Wh that was measured and is not counted yet. */
  readonly carryWh: number;
  /** A stop was confirmed then: power held from before does not reach beyond it. */
  readonly stoppedAtMs: number | null;
}

/** A running or past block as it was observed. */
export interface ObservedBlock {
  readonly type: BlockType;
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly isRunning: boolean;
  readonly energyWh: number;
}

/** One physical plug-in. */
export interface Visit {
  readonly id: string;
  readonly pluggedInAtMs: number;
  readonly place: Place;
  readonly odometerKm: number | null;
  /** The last reading that showed it plugged in. */
  readonly lastPluggedAtMs: number;
  /** The first unplugged reading's time while the replug grace runs, else null. */
  readonly unpluggedAtMs: number | null;
  readonly graceUntilMs: number | null;
  readonly counter: Counter;
  /** The whole visit: what a managed session shows. */
  readonly account: Account;
  /** The stretch without a policy: what an unmanaged record shows. Null while managed. */
  readonly unmanaged: Account | null;
  /** Charging seen while the place was pending; it moves to the session that the place decides for. */
  readonly pendingBlocks: readonly ObservedBlock[];
  /** A managed session of this visit has settled already. */
  readonly hasManagedRecord: boolean;
  /** Where the level stood when it last rose while charging: power is measured from there where nothing else tells it. */
  readonly risingFrom: {
    readonly atMs: number;
    readonly levelPercent: number;
    /** It was reached in so long a time around `atMs`. */
    readonly lateMs: number;
  } | null;
  /** The level as energy tells it between coarse level readings; null while no level is known. */
  readonly beliefPercent: number | null;
  /** The deepest fall from one reading to the next, points: none is real while a car is plugged in. Absent in lanes of an earlier version. */
  readonly levelNoisePercent?: number;
  /** Since when charging is wanted and no power flows; null while it flows or none is wanted. */
  readonly noPowerSinceMs: number | null;
}

/** The target in force and what was decided of it. */
export interface Aim {
  readonly target: Target | null;
  /** Control asks for no more: the target, or the car's limit below it, was met. */
  readonly isMet: boolean;
  /** readyBy has passed and it was not met: charge on as fast as possible. */
  readonly isLate: boolean;
  readonly state: OutcomeState | null;
  /** A missed or an immediate target is given up when this instant passes. */
  readonly endsAtMs: number | null;
  readonly reachedAtMs: number | null;
  /** The level when it was decided. */
  readonly decidedLevelPercent: number | null;
  /** AT_RISK: since when it is no longer true; null while it is. */
  readonly safeSinceMs: number | null;
}

/** What a plan takes the car for. */
export interface PlannedCar {
  /** Power at the plug over the level, ascending. */
  readonly curve: readonly CurvePoint[];
  /** Charging below the taper that was measured at this place. */
  readonly measuredMs: number;
  /** Enough was measured for the power to be trusted: below the taper, or in it for a charge that begins there. */
  readonly isTrusted: boolean;
  /** The taper was measured up to the target. */
  readonly isTaperMeasured: boolean;
}

export interface StoredPlan {
  readonly madeAtMs: number;
  readonly targetId: number | null;
  readonly marginMs: number;
  readonly plan: Plan;
  readonly marginReason: MarginReason;
  readonly car: PlannedCar;
  /** What it was made from; while this is the same and no block has begun, it is still the best. */
  readonly basis: string;
  /** The part of the basis that charging as planned does not change. */
  readonly frame: string;
  /** It was the best when it was made, and not an older one kept for less than the gain that replaces it. */
  readonly isBest: boolean;
  /** Made together with other cars' plans, as their plans alone do not fit under the limit of the location. */
  readonly together?: Together;
}

/** How a plan that was made under a location's limit differs from the car's plan alone. */
export interface Together {
  readonly limitKw: number;
  /** What it was made from, the other cars and what was free for all included. */
  readonly basis: string;
  /** Null: it charges when it would alone. LIMIT: it alone draws more than there is. */
  readonly yields: {
    readonly reason: YieldReason;
    readonly toVehicleIds: readonly string[];
    /** When its first charge would begin if it were alone; null where it would not charge. */
    readonly aloneAtMs: number | null;
  } | null;
  /** While it is carried out as it was made, it stands. Absent in plans of an earlier version. */
  readonly course?: SiteCourseOfCar;
  /** When the other cars here are to charge. Absent, as what follows, in plans of an earlier version. */
  readonly others?: readonly OtherRun[];
  /** Cars that draw here and are not ours to command. */
  readonly takenByVehicleIds?: readonly string[];
}

export interface OtherRun extends Interval {
  readonly vehicleId: string;
  /** Its deadline is kept. */
  readonly isInTime: boolean;
}

/** What the last event told of the things that are told at once. */
export interface Told {
  readonly state: SessionState;
  readonly pluggedInAtMs: number | null;
  readonly pluggedOutAtMs: number | null;
  readonly blocks: readonly Pick<Block, 'type' | 'startAtMs' | 'endAtMs'>[];
  readonly target: Target | null;
  readonly outcome: Outcome | null;
  readonly errorCode: SessionErrorCode | null;
  readonly hash: string;
}

/** The current session of a policy, upcoming or active. */
export interface CurrentSession {
  readonly id: string;
  readonly policyId: string;
  readonly locationId: string;
  readonly sequence: number;
  readonly isActive: boolean;
  readonly lastTargetId: number;
  readonly aim: Aim;
  /** The last decided target and its outcome: shown at settlement where the present one is undecided. */
  readonly decided: { readonly target: Target; readonly outcome: Outcome | null } | null;
  readonly isFillingReserve: boolean;
  /** The reserve that energy told to be filled, percent, though no reading has said so. Absent in earlier versions. */
  readonly reserveCountedPercent?: number | null;
  readonly blocks: readonly ObservedBlock[];
  readonly plan: StoredPlan | null;
  /** Since when each error holds. */
  readonly errors: Readonly<Partial<Record<SessionErrorCode, number>>>;
  readonly told: Told | null;
  /** The session as the newest entry of its history left it. */
  readonly history: HistoryState | null;
  /** Something that moves with every reading has changed; it is told when this comes. */
  readonly tellAtMs: number | null;
  /** Hash of the session as it was last stored. */
  readonly storedHash: string | null;
}

export interface Control {
  /** The command under way. */
  readonly command: Command | null;
  readonly nextAttemptAtMs: number | null;
  /** Attempts of the last hour. */
  readonly sentAtMs: readonly number[];
  /** Failed attempts of the command under way. */
  readonly failureCount: number;
  /** What is wanted of the car; `free` leaves it alone. */
  readonly wanted: 'on' | 'off' | 'free';
  /** The car has done what is wanted since that was last decided. */
  readonly isFollowed: boolean;
  /** When the car went its own way, within the window in which it is corrected. */
  readonly deviatedAtMs: readonly number[];
  /** After too many corrections the car is left alone until then. */
  readonly leftAloneUntilMs: number | null;
  /** A car of unknown power that began by itself at plug-in is let run until then. */
  readonly letRunUntilMs: number | null;
  /** The present run was begun by the car and not by us. */
  readonly isOwnRun: boolean;
  /** The last thing that we made the car do was to stop. */
  readonly hasStoppedIt: boolean;
  /** Control was given up with the car stopped by us; until then it is asked to start again. */
  readonly releaseUntilMs: number | null;
  /** A start waits, as with what other cars here may be drawing it would exceed the location's limit. */
  readonly held?: Held;
  /** The connector confirmed a stop then. It is believed until a reading shows what the car does. */
  readonly stoppedAtMs?: number;
  /** At a location with a limit: a start that was sent and is no longer wanted may reach the car until then. */
  readonly mayStartUntilMs?: number;
  /** What the car was told to draw at most; absent where it never was. It outlives a plug-out. */
  readonly power?: HeldPower;
  /** The same for a start with a power, or one that takes a power away: what it may let the car draw. */
  readonly mayTake?: { readonly powerKw: number | null; readonly untilMs: number };
  /** Since when the car has been seen to draw more than it was told. */
  readonly overSinceMs?: number;
  /** It drew more than it was told for too long: until it is unplugged it is only started and stopped. */
  readonly ignoresPower?: true;
  /** By location id, where there is a limit: the car was seen to draw more than was expected. It outlives a plug-out. */
  readonly drawn?: Readonly<Record<string, Drawn>>;
}

/** The most that a car was seen to draw at a place, and what was expected of it then. */
export interface Drawn {
  readonly powerKw: number;
  readonly expectedKw: number;
  /** The level at which it drew that. */
  readonly levelPercent: number;
  /** When it was first seen. */
  readonly atMs: number;
  /** It was seen for a minute, or again after an hour's pause: no odd value. */
  readonly isAgain?: true;
}

/** A power that a car was told, as it was last confirmed or seen. */
export interface HeldPower {
  /** kW at the plug; null: all that it takes, after it was held to less. */
  readonly toKw: number | null;
  readonly sinceMs: number;
  /** It draws no more for certain. False after a plug-out, and once it drew more. */
  readonly isBound: boolean;
  /** Nothing else that was sent may have reached it since; false: what is wanted is told anew. */
  readonly isTold: boolean;
  /** The edge of the plan that came next when it was told; null until it is noted. */
  readonly edgeAtMs: number | null;
}

export interface Held {
  readonly limitKw: number;
  /** Those that draw, or may. */
  readonly byVehicleIds: readonly string[];
  /** When the first of them can no longer; null where only a reading tells. */
  readonly untilMs: number | null;
  /** Some of them go on with less, and need not stop. */
  readonly isSlowing?: true;
}

/** Everything the engine knows about one vehicle: plain data, stored as JSON. */
export interface Lane {
  readonly vehicle: Vehicle;
  readonly locations: readonly Location[];
  readonly policies: readonly Policy[];
  readonly steppedAtMs: number;
  readonly observed: Observed;
  readonly visit: Visit | null;
  /** Where the last visit ended: its location (null away), when, and the odometer then. */
  readonly lastPlace: {
    readonly locationId: string | null;
    readonly endedAtMs: number;
    readonly odometerKm: number | null;
  } | null;
  /** By policy id. */
  readonly current: Readonly<Record<string, CurrentSession>>;
  readonly control: Control;
  /** By location id. */
  readonly learned: Readonly<Record<string, Learned>>;
  /** Capacity told by level steps, where nobody stated one. */
  readonly learnedCapacityWh: number | null;
  /** Charge limit last seen at each location, percent. */
  readonly chargeLimits: Readonly<Record<string, number>>;
}
