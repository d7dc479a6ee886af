// Written by "npm run client" from the OpenAPI document. Not by hand: a test compares the two.

export type TokenRequest = {
  /** client_credentials */
  readonly grant_type?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly scope?: string;
};

export type SignIn = {
  readonly clientId: string;
  readonly clientSecret: string;
};

/** RFC 3339 with an offset, 1970 to 2199. */
export type InstantIn = string;

/** What this session is to charge towards instead. */
export type TargetOverride = ImmediateStartOverride | RegularOverride;

export type ImmediateStartOverride = {
  readonly type: 'IMMEDIATE_START';
  readonly minimumChargeTarget: number;
};

export type RegularOverride = {
  readonly type: 'REGULAR';
  readonly minimumChargeTarget: number;
  readonly readyBy: InstantIn;
  /** The policy's when left out. */
  readonly batteryReserve?: number;
};

export type PolicyIn = {
  readonly vehicleId: string;
  readonly locationId: string;
  /** 20 for a new policy. */
  readonly batteryReserve?: number;
  readonly schedule?: ScheduleIn;
  readonly restrictionSchedule?: readonly RestrictionWindow[];
  /** Charge on above the target while the price per kWh is at or below this; null switches it off. */
  readonly opportunisticPrice?: number | null;
  readonly preconditionMinutes?: number;
  /** Cost of one start, in the tariff's currency; 0.02. */
  readonly startCost?: number;
  /** 15 for a new policy. */
  readonly minRunMinutes?: number;
  /** Which of two equally cheap plans; late. */
  readonly prefer?: 'late' | 'early';
};

/** A weekday left out stays as it is, null takes its deadline away. */
export type ScheduleIn = {
  readonly monday?: Deadline | null;
  readonly tuesday?: Deadline | null;
  readonly wednesday?: Deadline | null;
  readonly thursday?: Deadline | null;
  readonly friday?: Deadline | null;
  readonly saturday?: Deadline | null;
  readonly sunday?: Deadline | null;
};

/** The level to have by a time of day. */
export type Deadline = {
  /** HH:mm, wall clock of the location's zone. */
  readonly deadline: string;
  readonly minimumChargeTarget: number;
};

/** A weekly window without REGULAR charging; it may cross midnight. */
export type RestrictionWindow = {
  readonly type: string;
  readonly startTime: string;
  readonly endTime: string;
  /** 0 is Monday; those of the start. */
  readonly weekdays: readonly number[];
};

export type PolicyPatch = {
  /** 20 for a new policy. */
  readonly batteryReserve?: number;
  readonly schedule?: ScheduleIn;
  readonly restrictionSchedule?: readonly RestrictionWindow[];
  /** Charge on above the target while the price per kWh is at or below this; null switches it off. */
  readonly opportunisticPrice?: number | null;
  readonly preconditionMinutes?: number;
  /** Cost of one start, in the tariff's currency; 0.02. */
  readonly startCost?: number;
  /** 15 for a new policy. */
  readonly minRunMinutes?: number;
  /** Which of two equally cheap plans; late. */
  readonly prefer?: 'late' | 'early';
};

export type LocationIn = {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** A name of the IANA time zone database. */
  readonly timezoneName: string;
  readonly zone?: string | null;
  readonly area?: string | null;
  /** Limit of all vehicles there together, kW. One car that charges there alone may draw up to 10 % more, where that was measured and its told `power` is not above the limit: a car of which 7.4 kW are measured charges at a limit of 7 kW. A fuse counts amperes, and the voltage may be so much higher than the nominal one. Where no more than a value may ever flow, set 10 % less than that. Cars that are only on or off may draw 2 % more together while they charge. Where the power of such a car was never told or measured, it is planned with 7 kW until its first reading, and is stopped then if it draws more than there is. */
  readonly maxPower?: number | null;
  /** What the charger there can give, kW. */
  readonly chargerPower?: number | null;
};

export type ZoneIn = {
  readonly zoneId: string | null;
};

export type VehicleIn = {
  readonly information?: VehicleInformationIn;
  /** Usable, kWh; learned when left out. */
  readonly batteryCapacity?: number | null;
  /** Charging power, kW; learned when left out. */
  readonly power?: number | null;
  /** Share of the energy at the plug that reaches the battery. */
  readonly efficiency?: number | null;
  readonly capabilities?: VehicleCapabilitiesIn;
  readonly connector?: HttpConnector | SimulatedConnector;
};

export type VehicleInformationIn = {
  readonly brand?: string | null;
  readonly model?: string | null;
  readonly year?: number | null;
  readonly displayName?: string | null;
};

/** A new vehicle can be started and stopped, and cannot be held to a power. */
export type VehicleCapabilitiesIn = {
  readonly startCharging?: {
    readonly isCapable: boolean;
  };
  readonly stopCharging?: {
    readonly isCapable: boolean;
  };
  readonly setPower?: SetPowerIn;
};

/** Whether a START may carry a power that the car is then held to, and the least one, kW at the plug. Null or left out is 6 A: 1.38 kW where its power is told and at most 7.4 kW (one phase), else 4.14 kW (three). */
export type SetPowerIn = {
  readonly isCapable: boolean;
  readonly leastPower?: number | null;
};

/** Readings come by POST /telemetry, commands are fetched or sent. */
export type HttpConnector = {
  readonly type: 'http';
};

/** A simulated car; only in a sandbox. */
export type SimulatedConnector = {
  readonly type: 'simulated';
  /** kWh. */
  readonly batteryCapacity: number;
  /** kW. */
  readonly power: number;
  readonly efficiency?: number;
  /** Level from which the power falls, percent. */
  readonly taperFrom?: number;
  readonly batteryLevel: number;
  readonly chargeLimit?: number;
  readonly readingsEverySeconds?: number;
  readonly faults?: readonly ('unreachable' | 'refuses-commands' | 'refuses-power' | 'ignores-power' | 'starts-at-plug-in')[];
};

export type VehiclePatch = {
  readonly information?: VehicleInformationIn;
  /** Usable, kWh; learned when left out. */
  readonly batteryCapacity?: number | null;
  /** Charging power, kW; learned when left out. */
  readonly power?: number | null;
  /** Share of the energy at the plug that reaches the battery. */
  readonly efficiency?: number | null;
  readonly capabilities?: VehicleCapabilitiesIn;
};

export type TelemetryIn = {
  readonly observations: readonly Observation[];
};

export type Observation = {
  readonly vehicleId: string;
  readonly observedAt: InstantIn;
  readonly isPluggedIn?: boolean | null;
  readonly powerDeliveryState?: 'UNKNOWN' | 'UNPLUGGED' | 'PLUGGED_IN:INITIALIZING' | 'PLUGGED_IN:CHARGING' | 'PLUGGED_IN:DISCHARGING' | 'PLUGGED_IN:STOPPED' | 'PLUGGED_IN:COMPLETE' | 'PLUGGED_IN:NO_POWER' | 'PLUGGED_IN:FAULT' | null;
  /** Percent. */
  readonly batteryLevel?: number | null;
  /** kW at the plug. */
  readonly chargeRate?: number | null;
  /** Percent. */
  readonly chargeLimit?: number | null;
  /** kWh. */
  readonly batteryCapacity?: number | null;
  /** Energy into the car at the plug, ever growing, kWh. */
  readonly energyMeter?: number | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  /** A location of the same user. */
  readonly locationId?: string | null;
  /** km. */
  readonly odometer?: number | null;
  readonly isReachable?: boolean | null;
};

export type CommandResult = {
  readonly outcome: 'CONFIRMED' | 'FAILED';
  readonly reason?: string | null;
};

export type TariffIn = {
  readonly direction: 'import' | 'export';
  /** ISO 4217. */
  readonly currency: string;
  readonly per: 'kWh';
};

export type TariffTimeseriesIn = {
  readonly to: InstantIn;
  readonly values: readonly {
    readonly at: InstantIn;
    readonly rate: number;
  }[];
};

export type TariffFormulaIn = {
  readonly direction: 'import' | 'export';
  readonly variables: Readonly<Record<string, string>>;
  readonly formula: string;
};

export type WebhookIn = {
  readonly url: string;
  /** At least 16 printable ASCII characters; one that begins with whsec_ is base64. Never returned. */
  readonly secret: string;
  /** ["*"] is all. */
  readonly events?: readonly ('*' | 'flex:session:updated' | 'flex:session:deleted' | 'flex:command:requested' | 'system:heartbeat' | 'webhook:test')[];
  readonly authentication?: {
    readonly headerName: string;
    readonly headerValue: string;
  } | null;
  /** single: one object a request. batch: an array of up to 100 events and 1 MiB. */
  readonly format?: 'single' | 'batch';
};

export type WebhookPatch = {
  readonly url?: string;
  /** At least 16 printable ASCII characters; one that begins with whsec_ is base64. Never returned. */
  readonly secret?: string;
  /** ["*"] is all. */
  readonly events?: readonly ('*' | 'flex:session:updated' | 'flex:session:deleted' | 'flex:command:requested' | 'system:heartbeat' | 'webhook:test')[];
  readonly authentication?: {
    readonly headerName: string;
    readonly headerValue: string;
  } | null;
  /** single: one object a request. batch: an array of up to 100 events and 1 MiB. */
  readonly format?: 'single' | 'batch';
};

export type WebhookReplayIn = {
  /** An instant with an offset, or the id of the event after which to begin, as in `eventIds`. */
  readonly from: string;
};

export type SandboxClockIn = {
  readonly now?: InstantIn;
  /** How many times faster than real time the clock runs; 0 stops it. */
  readonly speed?: number;
};

export type SimulatedCarPatch = {
  /** Plugs it out or in; what it is already is left. */
  readonly isPluggedIn?: boolean;
  /** With isPluggedIn true: where. Null or left out is away from every known location. */
  readonly locationId?: string | null;
  /** Drives: takes so many kWh out of the battery. */
  readonly driveEnergy?: number;
  readonly batteryLevel?: number;
  readonly chargeLimit?: number;
  readonly isReachable?: boolean;
  readonly refusesCommands?: boolean;
  /** It refuses a START with a power. */
  readonly refusesPower?: boolean;
  /** It takes a START with a power, and draws all that it takes. */
  readonly ignoresPower?: boolean;
  /** It charges by itself when it is plugged in. */
  readonly startsAtPlugIn?: boolean;
  /** The car's own timer: it starts by itself then. */
  readonly startsAt?: InstantIn | null;
};

export type Token = {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
};

export type Problem = {
  /** Ends in one of: bad-request, unauthorized, forbidden, not-found, conflict, precondition-failed, unprocessable, payload-too-large, unsupported-media-type, too-many-requests, internal, unavailable. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly issues?: readonly {
    readonly path: string;
    readonly message: string;
  }[];
  /** The error code of RFC 6749, at /oauth2/token. */
  readonly error?: string;
};

export type SignInOptions = {
  readonly isDemo: boolean;
  readonly isSandbox: boolean;
  readonly version: string;
};

export type SignedIn = {
  readonly client: {
    readonly id: string;
    readonly name: string;
  };
  readonly expiresAt: Instant;
  /** A demonstration: generated prices, simulated cars. */
  readonly isDemo: boolean;
  /** The clock can be moved: `/sandbox/clock`. */
  readonly isSandbox: boolean;
};

/** RFC 3339 in UTC with Z. */
export type Instant = string;

export type OverviewPage = {
  readonly data: readonly OverviewRow[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

/** A car with a policy: its current session, and what stands beside it. */
export type OverviewRow = {
  readonly session: Session;
  readonly vehicle: {
    readonly id: string;
    readonly displayName: string | null;
    readonly brand: string | null;
    readonly model: string | null;
    readonly batteryLevel: number | null;
    /** kW. */
    readonly chargeRate: number | null;
    readonly isPluggedIn: boolean | null;
    readonly isCharging: boolean | null;
    readonly isReachable: boolean | null;
  };
  readonly location: {
    readonly id: string;
    readonly name: string;
    readonly timezoneName: string;
    readonly zone: string | null;
  };
  /** Why it charges now, or does not; null before the first entry of its history. */
  readonly reason: {
    readonly code: 'WAITING_FOR_PLUG' | 'PLUGGED_IN_ELSEWHERE' | 'PLACE_UNKNOWN' | 'JUST_UNPLUGGED' | 'SETTLED' | 'CHARGING_RESERVE' | 'CHARGING_IMMEDIATE' | 'CHARGING_LATE' | 'CHARGING_NO_TIME_LEFT' | 'CHARGING_WITHOUT_PRICES' | 'CHARGING_PLANNED' | 'CHARGING_IN_ALLOWED_HOUR' | 'CHARGING_IN_FORECAST_HOUR' | 'CHARGING_IN_UNPRICED_HOUR' | 'CHARGING_JUST_ENOUGH_TIME' | 'CHARGING_RUN_ON' | 'CHARGING_TO_DEPARTURE' | 'CHARGING_ABOVE_TARGET' | 'CHARGING_IN_TURN' | 'CHARGING_SHARED' | 'CHARGING_NOT_ENOUGH_POWER' | 'CHARGING_MEASURED' | 'CHARGING_UNWANTED' | 'CHARGING_LEFT_ALONE' | 'FAULT' | 'NO_POWER' | 'UNREACHABLE' | 'CANNOT_COMMAND' | 'STARTING' | 'START_REFUSED' | 'LEFT_ALONE' | 'CAR_COMPLETE' | 'AT_LIMIT' | 'TARGET_MET' | 'NO_DEADLINE' | 'WAITING_FOR_CHEAP_HOUR' | 'WAITING_FOR_FORECAST_HOUR' | 'WAITING_FOR_PRICES' | 'WAITING_FOR_ALLOWED_HOUR' | 'WAITING_FOR_DEPARTURE' | 'WAITING_FOR_OTHER_CAR' | 'WAITING_FOR_EARLIER_CAR' | 'WAITING_ITS_TURN' | 'WAITING_FOR_CAR_IN_TIME' | 'WAITING_FOR_FREE_HOUR' | 'WAITING_FOR_OTHER_TO_STOP' | 'WAITING_FOR_ROOM' | 'CONNECTION_TOO_SMALL' | 'CONNECTION_IN_USE' | 'NOTHING_PLANNED';
    /** One sentence, English, in the local time of the location. */
    readonly message: string;
    readonly since: Instant;
  } | null;
  /** The policy's visits settled since midnight at the location and the running one; null where there is none. Money in the newest currency alone. */
  readonly today: VisitSum | null;
};

/** A span of charging: past, running or planned. */
export type Block = {
  readonly type: 'BATTERY_RESERVE' | 'REGULAR' | 'IMMEDIATE_START';
  readonly kwhSum: number;
  readonly startAt: Instant;
  readonly endAt: Instant;
};

/** A quarter hour. */
export type TimeseriesStep = {
  readonly startAt: Instant;
  readonly endAt: Instant;
  readonly kwh: number;
  readonly batteryLevel: number | null;
};

/** What the session charges towards. `id` grows by one at each change. */
export type Target = RegularTarget | ImmediateStartTarget;

export type RegularTarget = {
  readonly id: number;
  readonly type: 'REGULAR';
  readonly source: 'POLICY' | 'OVERRIDE';
  readonly batteryReserve: number;
  readonly minimumChargeTarget: number;
  readonly readyBy: Instant;
};

export type ImmediateStartTarget = {
  readonly id: number;
  readonly type: 'IMMEDIATE_START';
  readonly minimumChargeTarget: number;
};

/** Will the target be met, or was it. */
export type Outcome = {
  readonly targetId: number;
  readonly type: 'REGULAR' | 'IMMEDIATE_START';
  readonly state: 'ON_TRACK' | 'AT_RISK' | 'REACHED' | 'MISSED' | 'UNKNOWN';
  readonly batteryLevelAtReadyBy: number | null;
  readonly minimumChargeTargetReachedAt: Instant | null;
};

export type SessionError = {
  readonly code: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE';
  readonly message: string;
  readonly occurredAt: Instant;
};

/** What the energy cost, what it would have cost without pause from plug-in on, the difference. */
export type Valuation = {
  readonly currency: string;
  readonly tariffCost: {
    readonly actual: number;
    readonly baseline: number;
    readonly savings: number;
  };
};

/** One charging visit, from the moment a plug-in is expected to the moment the vehicle leaves. New values of the enumerations may come: take an unknown one as "something else". */
export type Session = {
  readonly id: string;
  readonly policyId: string | null;
  readonly vehicleId: string;
  readonly locationId: string | null;
  readonly userId: string;
  readonly state: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'SETTLED';
  readonly pluggedInAt: Instant | null;
  readonly pluggedOutAt: Instant | null;
  readonly blocks: readonly Block[];
  readonly statistics: {
    readonly aggregated: {
      readonly kwhSum: number;
      readonly batteryFrom: number | null;
      readonly batteryTo: number | null;
    } | null;
    readonly timeseries: readonly TimeseriesStep[];
  };
  readonly target: {
    readonly latest: Target | null;
  };
  readonly outcome: {
    readonly latest: Outcome | null;
  };
  readonly error: {
    readonly latest: SessionError | null;
  };
  readonly valuation: Valuation | null;
};

/** What visits came to: energy, cost, and what charging smartly saved. */
export type VisitSum = {
  /** Null where nothing could be valued. */
  readonly currency: string | null;
  readonly kwhSum: number;
  readonly cost: number | null;
  /** Against charging without pause from plug-in on. */
  readonly savings: number | null;
};

export type OverviewTotals = {
  readonly cars: number;
  /** Sessions that wait for their car. */
  readonly upcoming: number;
  /** Sessions that are plugged in. */
  readonly active: number;
  /** Cars that charge now, as they were last seen. */
  readonly charging: number;
  readonly withError: number;
  /** By currency: visits under way, and those settled since midnight at their locations. */
  readonly today: readonly VisitSum[];
};

export type SessionPage = {
  readonly data: readonly Session[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

export type MonthTotals = {
  readonly data: readonly MonthTotal[];
};

/** What the sessions of a month came to in one currency. */
export type MonthTotal = {
  readonly month: string;
  /** Null: the sessions that could not be valued. */
  readonly currency: string | null;
  readonly sessions: number;
  readonly kwhSum: number;
  readonly cost: number | null;
  readonly baseline: number | null;
  readonly savings: number | null;
};

export type Plan = {
  readonly sessionId: string;
  readonly currency: string | null;
  readonly slots: readonly ({
    readonly startAt: Instant;
    readonly endAt: Instant;
    readonly price: number | null;
    readonly provenance: 'known' | 'forecast' | 'none';
  })[];
  /** Null while there is nothing to plan, such as before plug-in. */
  readonly plan: {
    readonly madeAt: Instant;
    /** Null: only the reserve is filled. */
    readonly targetId: number | null;
    readonly blocks: readonly ({
      readonly type: 'BATTERY_RESERVE' | 'REGULAR';
      readonly startAt: Instant;
      readonly endAt: Instant;
      readonly kwhSum: number;
      readonly cost: number;
      /** What the car is held to in this block, kW at the plug; null: it charges with all that it takes. */
      readonly power: number | null;
    })[];
    /** Energy and starts, in the currency. */
    readonly cost: number;
    /** No schedule that meets the same need can cost less. */
    readonly lowerBound: number;
    /** cost − lowerBound; an optimal plan may have one too. */
    readonly gap: number;
    readonly starts: number;
    readonly isFeasible: boolean;
    /** An unbroken charge from then on still meets readyBy less the margin. */
    readonly latestSafeStart: Instant | null;
    readonly marginMinutes: number;
    /** Why the margin is what it is: set; longer, as the power or the taper at this place was not measured enough; short, as both were; none, as the car charges as fast as it can. */
    readonly marginReason: 'FIXED' | 'POWER_UNMEASURED' | 'TAPER_UNMEASURED' | 'MEASURED' | 'AT_ONCE';
    /** What the plan takes the car for, from what was told and measured. */
    readonly car: {
      /** kW at the plug, below the taper. */
      readonly power: number;
      /** Percent and kW at the plug, linear between points. */
      readonly chargeCurve: readonly {
        readonly level: number;
        readonly power: number;
      }[];
      /** Charging below the taper that was measured at this place. */
      readonly measuredMinutes: number;
      /** So much was measured that the measured power is planned with as it is. */
      readonly isTrusted: boolean;
      /** The taper was measured up to the target. */
      readonly isTaperMeasured: boolean;
    };
  } | null;
};

export type HistoryPage = {
  readonly data: readonly HistoryEntry[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

/** A change of a session, with its cause and its effect. */
export type HistoryEntry = {
  readonly id: string;
  readonly at: Instant;
  /** What set the change off. */
  readonly cause: 'PLUGGED_IN' | 'UNPLUGGED' | 'LEVEL' | 'POWER' | 'CHARGING' | 'CHARGE_LIMIT' | 'REACHABILITY' | 'PRICES' | 'POLICY' | 'OVERRIDE' | 'LOCATION' | 'VEHICLE' | 'COMMAND' | 'OTHER_CAR' | 'CLOCK';
  readonly reason: {
    /** Why the car charges, or does not, since this entry. */
    readonly code: 'WAITING_FOR_PLUG' | 'PLUGGED_IN_ELSEWHERE' | 'PLACE_UNKNOWN' | 'JUST_UNPLUGGED' | 'SETTLED' | 'CHARGING_RESERVE' | 'CHARGING_IMMEDIATE' | 'CHARGING_LATE' | 'CHARGING_NO_TIME_LEFT' | 'CHARGING_WITHOUT_PRICES' | 'CHARGING_PLANNED' | 'CHARGING_IN_ALLOWED_HOUR' | 'CHARGING_IN_FORECAST_HOUR' | 'CHARGING_IN_UNPRICED_HOUR' | 'CHARGING_JUST_ENOUGH_TIME' | 'CHARGING_RUN_ON' | 'CHARGING_TO_DEPARTURE' | 'CHARGING_ABOVE_TARGET' | 'CHARGING_IN_TURN' | 'CHARGING_SHARED' | 'CHARGING_NOT_ENOUGH_POWER' | 'CHARGING_MEASURED' | 'CHARGING_UNWANTED' | 'CHARGING_LEFT_ALONE' | 'FAULT' | 'NO_POWER' | 'UNREACHABLE' | 'CANNOT_COMMAND' | 'STARTING' | 'START_REFUSED' | 'LEFT_ALONE' | 'CAR_COMPLETE' | 'AT_LIMIT' | 'TARGET_MET' | 'NO_DEADLINE' | 'WAITING_FOR_CHEAP_HOUR' | 'WAITING_FOR_FORECAST_HOUR' | 'WAITING_FOR_PRICES' | 'WAITING_FOR_ALLOWED_HOUR' | 'WAITING_FOR_DEPARTURE' | 'WAITING_FOR_OTHER_CAR' | 'WAITING_FOR_EARLIER_CAR' | 'WAITING_ITS_TURN' | 'WAITING_FOR_CAR_IN_TIME' | 'WAITING_FOR_FREE_HOUR' | 'WAITING_FOR_OTHER_TO_STOP' | 'WAITING_FOR_ROOM' | 'CONNECTION_TOO_SMALL' | 'CONNECTION_IN_USE' | 'NOTHING_PLANNED';
    /** When the charge begins or ends, or the next thing happens. */
    readonly at: Instant | null;
    /** The target, reserve or limit that it is about. */
    readonly percent: number | null;
    readonly readyBy: Instant | null;
    /** Mean price per kWh of the block that is waited for, or of the whole one that runs. */
    readonly price: number | null;
    readonly currency: string | null;
    /** Why the car charges, or does not, since this entry: one sentence, English, in local time. */
    readonly text: string;
    /** Attempts of a command that failed. */
    readonly attempts: number | null;
    /** What the location allows all cars there together, kW, where that is why. */
    readonly maxPower: number | null;
    /** The cars at the location that go first, or draw, where that is why. */
    readonly vehicleIds: readonly string[];
    /** What the charging car is held to, kW; null: it charges with all that it takes. */
    readonly power: number | null;
    /** What it would take by itself, kW, where it is held to less. */
    readonly fullPower: number | null;
  };
  /** What happened, and the reason, in words, in local time. */
  readonly text: string;
  readonly state: {
    readonly before: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'SETTLED';
    readonly after: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'SETTLED';
  } | null;
  readonly target: {
    readonly before: Target | null;
    readonly after: Target | null;
  } | null;
  readonly outcome: {
    readonly before: 'ON_TRACK' | 'AT_RISK' | 'REACHED' | 'MISSED' | 'UNKNOWN' | null;
    readonly after: 'ON_TRACK' | 'AT_RISK' | 'REACHED' | 'MISSED' | 'UNKNOWN' | null;
  } | null;
  readonly error: {
    readonly before: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE' | null;
    readonly after: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE' | null;
  } | null;
  readonly plannedBlocks: {
    readonly before: readonly ({
      readonly type: 'BATTERY_RESERVE' | 'REGULAR' | 'IMMEDIATE_START';
      readonly startAt: Instant;
      readonly endAt: Instant;
    })[];
    readonly after: readonly ({
      readonly type: 'BATTERY_RESERVE' | 'REGULAR' | 'IMMEDIATE_START';
      readonly startAt: Instant;
      readonly endAt: Instant;
    })[];
  } | null;
  readonly plannedCost: {
    readonly before: number | null;
    readonly after: number | null;
  } | null;
};

export type PolicyPage = {
  readonly data: readonly Policy[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

/** One vehicle at one location, to be charged smartly. */
export type Policy = {
  readonly id: string;
  readonly userId: string;
  readonly vehicleId: string;
  readonly locationId: string;
  readonly batteryReserve: number;
  readonly schedule: {
    readonly monday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly tuesday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly wednesday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly thursday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly friday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly saturday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
    readonly sunday?: {
      readonly deadline: string;
      readonly minimumChargeTarget: number;
    };
  };
  readonly restrictionSchedule: readonly {
    readonly type: string;
    readonly startTime: string;
    readonly endTime: string;
    readonly weekdays: readonly number[];
  }[];
  readonly opportunisticPrice: number | null;
  readonly preconditionMinutes: number;
  readonly startCost: number;
  readonly minRunMinutes: number;
  readonly prefer: 'late' | 'early';
  /** The car's own charge limit, percent, when it was last seen at this location. */
  readonly lastObservedLocationChargeLimit: number | null;
};

/** A place where cars are charged. */
export type Location = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timezoneName: string;
  readonly zone: string | null;
  readonly area: string | null;
  /** Limit of all vehicles there together, kW; null: none. See `LocationIn`. */
  readonly maxPower: number | null;
  readonly chargerPower: number | null;
};

export type LocationPage = {
  readonly data: readonly Location[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

export type Vehicle = {
  readonly id: string;
  readonly userId: string;
  /** When its last reading arrived. */
  readonly lastSeen: Instant | null;
  readonly isReachable: boolean | null;
  /** Where it is plugged in, of the known locations. */
  readonly locationId: string | null;
  readonly information: {
    readonly brand: string | null;
    readonly model: string | null;
    readonly year: number | null;
    readonly displayName: string | null;
  };
  readonly chargeState: ChargeState;
  /** The last known position. */
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly lastUpdated: Instant;
  } | null;
  readonly odometer: {
    readonly distance: number;
    readonly lastUpdated: Instant;
  } | null;
  /** As given, kWh; a reading that tells one wins. */
  readonly batteryCapacity: number | null;
  /** As given, kW. */
  readonly power: number | null;
  /** As given. */
  readonly efficiency: number | null;
  readonly capabilities: {
    readonly startCharging: {
      readonly isCapable: boolean;
    };
    readonly stopCharging: {
      readonly isCapable: boolean;
    };
    readonly setPower: {
      readonly isCapable: boolean;
      /** The least that it can be held to, kW. */
      readonly leastPower: number | null;
    };
  };
  readonly connector: {
    readonly type: string;
  };
};

export type ChargeState = {
  /** Percent. */
  readonly batteryLevel: number | null;
  /** kWh. */
  readonly batteryCapacity: number | null;
  /** Percent. */
  readonly chargeLimit: number | null;
  /** kW. */
  readonly chargeRate: number | null;
  readonly isPluggedIn: boolean | null;
  readonly isCharging: boolean | null;
  readonly powerDeliveryState: 'UNKNOWN' | 'UNPLUGGED' | 'PLUGGED_IN:INITIALIZING' | 'PLUGGED_IN:CHARGING' | 'PLUGGED_IN:DISCHARGING' | 'PLUGGED_IN:STOPPED' | 'PLUGGED_IN:COMPLETE' | 'PLUGGED_IN:NO_POWER' | 'PLUGGED_IN:FAULT';
  /** kWh. */
  readonly energyMeter: number | null;
  readonly lastUpdated: Instant | null;
};

export type VehiclePage = {
  readonly data: readonly Vehicle[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

export type UserExport = {
  readonly userId: string;
  readonly exportedAt: Instant;
  readonly locations: readonly Location[];
  readonly vehicles: readonly Vehicle[];
  /** Deleted ones too. */
  readonly policies: readonly Policy[];
  readonly sessions: readonly Session[];
  /** The log: readings, and what people changed. */
  readonly inputs: readonly {
    readonly vehicleId: string;
    readonly observedAt: Instant;
    readonly receivedAt: Instant;
    readonly kind: string;
    readonly content: unknown;
  }[];
  readonly commands: readonly Command[];
  /** As they were told. */
  readonly events: readonly unknown[];
};

/** START, with or without a power, or STOP, asked of a vehicle. */
export type Command = {
  readonly id: string;
  readonly vehicleId: string;
  readonly sessionId: string | null;
  readonly kind: 'START' | 'STOP';
  readonly cause: string;
  /** Of a START: what the car is to be held to from now on, kW at the plug, with one decimal; null: it may take all that it takes, and what it was held to before holds no more. Only a vehicle that says `setPower` is sent a number. A START may reach a car that charges already. Null of a STOP. */
  readonly power: number | null;
  /** Only a PENDING one is to be carried out. */
  readonly state: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'DROPPED' | 'EXPIRED';
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly attemptedAt: Instant;
  readonly expiresAt: Instant;
  readonly finishedAt: Instant | null;
  readonly detail: string | null;
};

export type TelemetryResult = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly {
    readonly index: number;
    readonly reason: string;
  }[];
};

export type CommandPage = {
  readonly data: readonly Command[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

export type Tariff = {
  readonly id: string;
  readonly direction: 'import' | 'export';
  readonly currency: string;
  readonly per: 'kWh';
};

/** The span that was replaced, and by how many rates. */
export type TariffTimeseriesWritten = {
  readonly tariffId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly values: number;
};

/** Each rate holds to the next, the last to `to`. */
export type TariffTimeseries = {
  readonly tariffId: string;
  readonly direction: 'import' | 'export';
  readonly currency: string;
  readonly per: 'kWh';
  readonly from: Instant;
  readonly to: Instant;
  readonly values: readonly ({
    readonly at: Instant;
    /** Null: no price is known. */
    readonly rate: number | null;
  })[];
};

export type TariffFormula = {
  readonly locationId: string;
  readonly direction: 'import' | 'export';
  readonly currency: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly formula: string;
};

/** What a kWh costs at a location. */
export type ResolvedTariff = {
  readonly locationId: string;
  readonly direction: 'import';
  readonly currency: string;
  readonly per: 'kWh';
  readonly from: Instant;
  readonly to: Instant;
  readonly values: readonly ({
    readonly at: Instant;
    /** Null: no price is known. */
    readonly rate: number | null;
  })[];
};

export type WebhookPage = {
  readonly data: readonly Webhook[];
  readonly pagination: {
    readonly after: string | null;
    readonly before: string | null;
  };
};

/** A subscription: a cursor over the client's events. */
export type Webhook = {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly format: 'single' | 'batch';
  readonly authentication: {
    readonly headerName: string;
  } | null;
  readonly isActive: boolean;
  /** Why it was switched off. */
  readonly inactiveReason: string | null;
  readonly lastSuccess: Instant | null;
  /** How many wait, counted among the next 100,000 of the log. */
  readonly pendingEvents: number;
  /** After a failure: when it is tried again. */
  readonly nextAttemptAt: Instant | null;
  /** After a change of the secret both sign until then. */
  readonly oldSecretValidUntil: Instant | null;
  readonly createdAt: Instant;
};

export type WebhookTestResult = {
  readonly status: 'SUCCESS' | 'FAILURE';
  readonly description: string;
  /** Null when no answer came. */
  readonly response: {
    readonly code: number;
    /** The first KiB. */
    readonly body: string;
  } | null;
};

export type WebhookReplay = {
  /** Its number, a part of webhook-id; null when there is nothing to deliver again. */
  readonly replay: number | null;
  readonly events: number;
};

export type WebhookDeliveries = {
  readonly data: readonly WebhookDelivery[];
};

/** One try. */
export type WebhookDelivery = {
  /** The webhook-id. */
  readonly deliveryId: string;
  readonly kind: 'events' | 'heartbeat' | 'test';
  readonly status: 'DELIVERED' | 'FAILED';
  readonly responseStatus: number | null;
  readonly error: string | null;
  /** The first KiB of the answer. */
  readonly response: string | null;
  readonly attemptedAt: Instant;
  readonly tookMs: number;
  /** As in Last-Event-ID and in the `from` of a replay. */
  readonly eventIds: readonly string[];
};

export type SandboxClock = {
  readonly now: Instant;
  /** How many times faster than real time the clock runs; 0 stops it. */
  readonly speed: number;
};

/** A simulated car as it really is, whatever it tells. */
export type SimulatedCar = {
  readonly vehicleId: string;
  readonly isPluggedIn: boolean;
  readonly isCharging: boolean;
  readonly locationId: string | null;
  /** As it really is, percent; the car tells it less finely. */
  readonly batteryLevel: number;
  readonly chargeLimit: number;
  /** All energy that ever went through the plug, kWh. */
  readonly energyMeter: number;
  readonly isReachable: boolean;
  readonly refusesCommands: boolean;
  readonly refusesPower: boolean;
  readonly ignoresPower: boolean;
  /** What it was told to draw at most, kW; null: all that it takes. It keeps it until it is told otherwise. */
  readonly heldPower: number | null;
  readonly startsAtPlugIn: boolean;
  readonly startsAt: Instant | null;
};

export type Health = {
  readonly status: 'ok' | 'unavailable';
};

/** Every operation by method and path. */
export interface Operations {
  /** Get an access token */
  'POST /oauth2/token': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: TokenRequest;
    readonly answer: Token;
  };
  /** How a page may sign in here */
  'GET /auth/options': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SignInOptions;
  };
  /** Sign a page in */
  'POST /auth/session': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: SignIn;
    readonly form: undefined;
    readonly answer: SignedIn;
  };
  /** Who is signed in */
  'GET /auth/session': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SignedIn;
  };
  /** Sign out */
  'DELETE /auth/session': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Sign a page in to the demonstration */
  'POST /auth/demo': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SignedIn;
  };
  /** List cars with what they do now and why */
  'GET /flex/overview': {
    readonly path: undefined;
    readonly query: {
      /** `ACTIVE` means each of the active states. */
      readonly state?: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'ACTIVE';
      /** `ANY` means each error. */
      readonly error?: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE' | 'ANY';
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** Part of a user id, a session's id, a vehicle's name, brand or model, or a location's name. */
      readonly q?: string;
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: OverviewPage;
  };
  /** Count cars and add up their day */
  'GET /flex/overview/totals': {
    readonly path: undefined;
    readonly query: {
      /** `ACTIVE` means each of the active states. */
      readonly state?: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'ACTIVE';
      /** `ANY` means each error. */
      readonly error?: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE' | 'ANY';
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** Part of a user id, a session's id, a vehicle's name, brand or model, or a location's name. */
      readonly q?: string;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: OverviewTotals;
  };
  /** Get the active session for a policy */
  'GET /flex/vehicle-policies/{policyId}/session': {
    readonly path: {
      readonly policyId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Session;
  };
  /** Get a specific settled session */
  'GET /flex/vehicle-policies/{policyId}/sessions/{sessionId}': {
    readonly path: {
      readonly policyId: string;
      readonly sessionId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Session;
  };
  /** List settled sessions */
  'GET /flex/vehicle-policies/sessions': {
    readonly path: undefined;
    readonly query: {
      readonly from?: InstantIn;
      readonly to?: InstantIn;
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** `managed`: with a policy; `unmanaged`: observed alone. */
      readonly kind?: 'managed' | 'unmanaged';
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
      /** `false` leaves the series empty; `true` when left out. */
      readonly timeseries?: boolean;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SessionPage;
  };
  /** Download settled sessions as CSV */
  'GET /flex/vehicle-policies/sessions.csv': {
    readonly path: undefined;
    readonly query: {
      readonly from?: InstantIn;
      readonly to?: InstantIn;
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** `managed`: with a policy; `unmanaged`: observed alone. */
      readonly kind?: 'managed' | 'unmanaged';
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: string;
  };
  /** Add up settled sessions by month */
  'GET /flex/vehicle-policies/sessions/totals': {
    readonly path: undefined;
    readonly query: {
      readonly from?: InstantIn;
      readonly to?: InstantIn;
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** `managed`: with a policy; `unmanaged`: observed alone. */
      readonly kind?: 'managed' | 'unmanaged';
      /** A name of the IANA time zone database. */
      readonly timezoneName: string;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: MonthTotals;
  };
  /** Override the target of a session */
  'PUT /flex/sessions/{sessionId}/target': {
    readonly path: {
      readonly sessionId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: TargetOverride;
    readonly form: undefined;
    readonly answer: Session;
  };
  /** Return to the policy's target */
  'DELETE /flex/sessions/{sessionId}/target': {
    readonly path: {
      readonly sessionId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Session;
  };
  /** Get any session */
  'GET /flex/sessions/{sessionId}': {
    readonly path: {
      readonly sessionId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Session;
  };
  /** List current sessions */
  'GET /flex/sessions': {
    readonly path: undefined;
    readonly query: {
      /** `ACTIVE` means each of the active states. */
      readonly state?: 'UPCOMING' | 'ACTIVE:BATTERY_RESERVE' | 'ACTIVE:REGULAR' | 'ACTIVE:IMMEDIATE_START' | 'ACTIVE';
      /** `ANY` means each error. */
      readonly error?: 'FAULT' | 'NO_POWER' | 'VEHICLE_UNREACHABLE' | 'START_FAILED' | 'STOP_FAILED' | 'CHARGE_INTERRUPTED' | 'INTERFERENCE' | 'CAPABILITY_BLOCKED' | 'TELEMETRY_STALE' | 'CHARGE_LIMIT_BELOW_TARGET' | 'BATTERY_LEVEL_UNKNOWN' | 'PRICES_UNAVAILABLE' | 'ANY';
      readonly policyId?: string;
      readonly locationId?: string;
      readonly vehicleId?: string;
      /** The client's own id of an end user. */
      readonly userId?: string;
      /** Part of a user id, a session's id, a vehicle's name, brand or model, or a location's name. */
      readonly q?: string;
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
      /** `false` leaves the series empty; `true` when left out. */
      readonly timeseries?: boolean;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SessionPage;
  };
  /** Get the live plan of a session */
  'GET /flex/sessions/{sessionId}/plan': {
    readonly path: {
      readonly sessionId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Plan;
  };
  /** Why: what changed in a session, and what set it off */
  'GET /flex/sessions/{sessionId}/history': {
    readonly path: {
      readonly sessionId: string;
    };
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: HistoryPage;
  };
  /** List vehicle policies */
  'GET /flex/vehicle-policies': {
    readonly path: undefined;
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: PolicyPage;
  };
  /** Create a vehicle policy */
  'POST /flex/vehicle-policies': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: PolicyIn;
    readonly form: undefined;
    readonly answer: Policy;
  };
  /** Get a vehicle policy */
  'GET /flex/vehicle-policies/{policyId}': {
    readonly path: {
      readonly policyId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Policy;
  };
  /** Change a vehicle policy */
  'PATCH /flex/vehicle-policies/{policyId}': {
    readonly path: {
      readonly policyId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: PolicyPatch;
    readonly form: undefined;
    readonly answer: Policy;
  };
  /** Delete a vehicle policy */
  'DELETE /flex/vehicle-policies/{policyId}': {
    readonly path: {
      readonly policyId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Create a location of a user */
  'POST /users/{userId}/locations': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: LocationIn;
    readonly form: undefined;
    readonly answer: Location;
  };
  /** List the locations of a user */
  'GET /users/{userId}/locations': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: LocationPage;
  };
  /** List locations */
  'GET /locations': {
    readonly path: undefined;
    readonly query: {
      /** These alone, given several times or with commas between; at most 100. Then a page holds them all unless pageSize says otherwise; those that are not there are left out. */
      readonly ids?: readonly string[];
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: LocationPage;
  };
  /** Get a location */
  'GET /locations/{locationId}': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Location;
  };
  /** Replace a location */
  'PUT /locations/{locationId}': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: LocationIn;
    readonly form: undefined;
    readonly answer: Location;
  };
  /** Delete a location */
  'DELETE /locations/{locationId}': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Set the price zone of a location */
  'POST /flex/locations/{locationId}': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
      /** An ETag; 412 when it is not the present one. */
      readonly 'If-Match'?: string;
    };
    readonly body: ZoneIn;
    readonly form: undefined;
    readonly answer: Location;
  };
  /** Create a vehicle of a user */
  'POST /users/{userId}/vehicles': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: VehicleIn;
    readonly form: undefined;
    readonly answer: Vehicle;
  };
  /** List the vehicles of a user */
  'GET /users/{userId}/vehicles': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: VehiclePage;
  };
  /** List vehicles */
  'GET /vehicles': {
    readonly path: undefined;
    readonly query: {
      /** These alone, given several times or with commas between; at most 100. Then a page holds them all unless pageSize says otherwise; those that are not there are left out. */
      readonly ids?: readonly string[];
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: VehiclePage;
  };
  /** Get a vehicle */
  'GET /vehicles/{vehicleId}': {
    readonly path: {
      readonly vehicleId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Vehicle;
  };
  /** Change a vehicle */
  'PATCH /vehicles/{vehicleId}': {
    readonly path: {
      readonly vehicleId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: VehiclePatch;
    readonly form: undefined;
    readonly answer: Vehicle;
  };
  /** Delete a vehicle */
  'DELETE /vehicles/{vehicleId}': {
    readonly path: {
      readonly vehicleId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Export everything that is stored of a user */
  'GET /users/{userId}/export': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: UserExport;
  };
  /** Erase a user */
  'DELETE /users/{userId}': {
    readonly path: {
      /** The client's own id of an end user. */
      readonly userId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Report observations of vehicles */
  'POST /telemetry': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: TelemetryIn;
    readonly form: undefined;
    readonly answer: TelemetryResult;
  };
  /** List the commands to a vehicle */
  'GET /vehicles/{vehicleId}/commands': {
    readonly path: {
      readonly vehicleId: string;
    };
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: CommandPage;
  };
  /** Report the result of a command */
  'POST /commands/{commandId}/result': {
    readonly path: {
      readonly commandId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: CommandResult;
    readonly form: undefined;
    readonly answer: Command;
  };
  /** Create a tariff */
  'POST /flex/tariffs/{tariffId}': {
    readonly path: {
      readonly tariffId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: TariffIn;
    readonly form: undefined;
    readonly answer: Tariff;
  };
  /** Write rates of a tariff */
  'PUT /flex/tariffs/{tariffId}/timeseries': {
    readonly path: {
      readonly tariffId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key': string;
    };
    readonly body: TariffTimeseriesIn;
    readonly form: undefined;
    readonly answer: TariffTimeseriesWritten;
  };
  /** Read rates of a tariff */
  'GET /flex/tariffs/{tariffId}/timeseries': {
    readonly path: {
      readonly tariffId: string;
    };
    readonly query: {
      readonly from?: InstantIn;
      readonly to?: InstantIn;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: TariffTimeseries;
  };
  /** Set a location's price as a formula over tariffs */
  'PUT /flex/locations/{locationId}/tariff-formulas': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: TariffFormulaIn;
    readonly form: undefined;
    readonly answer: TariffFormula;
  };
  /** Read what a kWh costs at a location */
  'GET /flex/locations/{locationId}/resolved-tariff': {
    readonly path: {
      readonly locationId: string;
    };
    readonly query: {
      readonly from?: InstantIn;
      readonly to?: InstantIn;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: ResolvedTariff;
  };
  /** Follow events live */
  'GET /flex/events': {
    readonly path: undefined;
    readonly query: {
      readonly policyId?: string;
      readonly vehicleId?: string;
      /** Only these; given several times, or with commas between. */
      readonly event?: readonly ('flex:session:updated' | 'flex:session:deleted' | 'flex:command:requested')[];
      /** As the header `Last-Event-ID`, which wins, for tools that cannot set one. */
      readonly lastEventId?: string;
    };
    readonly header: {
      /** The id of the last event that came. */
      readonly 'Last-Event-ID'?: string;
    };
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: string;
  };
  /** List webhooks */
  'GET /webhooks': {
    readonly path: undefined;
    readonly query: {
      /** Cursor of the next page. Not together with `before`. */
      readonly after?: string;
      /** Cursor of the page before. Not together with `after`. */
      readonly before?: string;
      /** 1 to 100; 50 when left out. */
      readonly pageSize?: number;
    };
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: WebhookPage;
  };
  /** Create a webhook */
  'POST /webhooks': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: WebhookIn;
    readonly form: undefined;
    readonly answer: Webhook;
  };
  /** Get a webhook */
  'GET /webhooks/{webhookId}': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Webhook;
  };
  /** Change a webhook */
  'PATCH /webhooks/{webhookId}': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: WebhookPatch;
    readonly form: undefined;
    readonly answer: Webhook;
  };
  /** Delete a webhook */
  'DELETE /webhooks/{webhookId}': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: undefined;
  };
  /** Test a webhook */
  'POST /webhooks/{webhookId}/test': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: WebhookTestResult;
  };
  /** Replay events to a webhook */
  'POST /webhooks/{webhookId}/replay': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: WebhookReplayIn;
    readonly form: undefined;
    readonly answer: WebhookReplay;
  };
  /** List the last deliveries of a webhook */
  'GET /webhooks/{webhookId}/deliveries': {
    readonly path: {
      readonly webhookId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: WebhookDeliveries;
  };
  /** Read the sandbox's clock */
  'GET /sandbox/clock': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: SandboxClock;
  };
  /** Move the sandbox's clock, or set how fast it runs */
  'PUT /sandbox/clock': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: {
      /** The same key with the same request gets the stored answer, for 24 hours. */
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: SandboxClockIn;
    readonly form: undefined;
    readonly answer: SandboxClock;
  };
  /** Do something to a simulated car */
  'PATCH /sandbox/vehicles/{vehicleId}': {
    readonly path: {
      readonly vehicleId: string;
    };
    readonly query: undefined;
    readonly header: undefined;
    readonly body: SimulatedCarPatch;
    readonly form: undefined;
    readonly answer: SimulatedCar;
  };
  /** Is the process alive */
  'GET /health/live': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Health;
  };
  /** Can it answer: is the database there */
  'GET /health/ready': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: Health;
  };
  /** Metrics for Prometheus */
  'GET /metrics': {
    readonly path: undefined;
    readonly query: undefined;
    readonly header: undefined;
    readonly body: undefined;
    readonly form: undefined;
    readonly answer: string;
  };
}
