/**
 * Every rule's number that is our own decision where the public text is silent, each in this one place, with the clause
 * of the specification that it comes from. Nothing else in the sources states one of them again. The tolerances of a
 * single method (how noise is told from news, how long is looked for something better) stand beside that method.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './units.ts';

// Visits and places (sessions.md §3).

/** A replug within this time of the first unplugged reading continues the session. sessions.md §3, replug grace. */
export const REPLUG_GRACE_MS = 5 * MINUTE_MS;
/** So long without any reading, a plug-out that was never seen is taken to have happened. sessions.md §3. */
export const SILENT_VISIT_END_MS = 7 * DAY_MS;
/** An unmanaged visit with less energy than this leaves no session. sessions.md §3. */
export const UNMANAGED_ENERGY_MIN_WH = 50;
/** Coordinates within this distance of a location are at that location. sessions.md §3, place. */
export const PLACE_RADIUS_METRES = 150;
/** So long a plug-in at an unknown place waits for a place before the visits of the past decide. sessions.md §3. */
export const PLACE_HOLD_MS = 10 * MINUTE_MS;

// Target, reserve and outcome (sessions.md §4).

/** After plug-in, reserve charging begins this many points below the reserve. sessions.md §4. */
export const RESERVE_HYSTERESIS_PERCENT = 2;
/** A target once met asks for more this many points below it. sessions.md §4. */
export const TARGET_AGAIN_PERCENT = 3;
/** The target of the next deadline asks for more this many points below it. sessions.md §4. */
export const NEXT_TARGET_PERCENT = 2;
/** After a missed deadline, a car that took no power for so long takes no more. sessions.md §4. */
export const MISSED_NO_POWER_MS = 30 * MINUTE_MS;
/** A deadline within this time of plug-in that cannot be met is passed over. sessions.md §4. */
export const PASSED_OVER_MS = 30 * MINUTE_MS;
/** An override's readyBy lies at most this far in the future. sessions.md §4, override. */
export const OVERRIDE_HORIZON_MS = 7 * DAY_MS;
/** AT_RISK becomes ON_TRACK again when it has been untrue for so long. sessions.md §4, outcome. */
export const AT_RISK_RECOVERY_MS = 5 * MINUTE_MS;
/** Predicted instants are rounded up to a multiple of this. sessions.md §4, outcome. */
export const PREDICTION_ROUNDING_MS = 5 * MINUTE_MS;
/** Capacity of a battery that nobody told, until level steps tell. sessions.md §4, level unknown. */
export const DEFAULT_CAPACITY_WH = 60_000;
/** Charging power at a place where none was measured. sessions.md §4, level unknown. */
export const DEFAULT_POWER_KW = 7;
/** So long a car that starts by itself at plug-in is let run to measure its power. sessions.md §4. */
export const OWN_START_RUN_MS = 5 * MINUTE_MS;

// Energy (sessions.md §5).

/** Share of the energy at the plug that reaches the battery, where none is known. sessions.md §5, sources. */
export const DEFAULT_EFFICIENCY = 0.9;
/** A level from before a plug-out still counts at a plug-in so soon after it was read. sessions.md §4, level unknown. */
export const LEVEL_KEPT_MS = 30 * MINUTE_MS;
/** A reported power is held at most so long after its reading. sessions.md §5, sources. */
export const POWER_HOLD_MS = 15 * MINUTE_MS;

// Faults (sessions.md §6).

/** The car's own starts and stops are corrected at most this often in INTERFERENCE_WINDOW_MS. sessions.md §6. */
export const INTERFERENCE_CORRECTIONS_MAX_COUNT = 2;
/** The time in which corrections of the car's own timer are counted. sessions.md §6. */
export const INTERFERENCE_WINDOW_MS = 30 * MINUTE_MS;
/** TELEMETRY_STALE after so long without a reading while the car charges or a command waits. sessions.md §6. */
export const STALE_WHILE_BUSY_MS = 15 * MINUTE_MS;
/** TELEMETRY_STALE after so long without a reading while the car idles. sessions.md §6. */
export const STALE_WHILE_IDLE_MS = 3 * HOUR_MS;
/** START_FAILED and STOP_FAILED are shown from this failure on. sessions.md §6, errors. */
export const COMMAND_FAILED_SHOWN_FROM_COUNT = 3;

// Planning (engine.md §2).

/** The margin before readyBy as a share of the charging time, until enough was measured. engine.md §2. */
export const MARGIN_SHARE_RATIO = 0.15;
/** Least margin while the power at this place is not yet measured. engine.md §2. */
export const MARGIN_MIN_MS = 15 * MINUTE_MS;
/** Greatest margin while the power at this place is not yet measured. engine.md §2. */
export const MARGIN_MAX_MS = 60 * MINUTE_MS;
/** The margin once MARGIN_TRUSTED_AFTER_MS of charging have been measured at this place. engine.md §2. */
export const MARGIN_TRUSTED_MS = 5 * MINUTE_MS;
/** So much charging must be measured at a place before its power is trusted. engine.md §2. */
export const MARGIN_TRUSTED_AFTER_MS = 30 * MINUTE_MS;
/**
 * Added to the trusted margin: this share of the charging time in a part of the taper that was never measured [ours].
 * Power that is trusted says nothing of how it falls; decision 0011.
 */
export const MARGIN_UNMEASURED_TAPER_RATIO = 0.15;
/** Planned with this share of a charger's stated power until any was measured: cars draw less, not more [ours]. */
export const UNMEASURED_POWER_RATIO = 0.9;
/** Planned with this share of a power that was measured for less than MARGIN_TRUSTED_AFTER_MS [ours]. */
export const UNTRUSTED_POWER_RATIO = 0.95;
/** A re-plan moves edges only for a saving above this share of the remaining cost. engine.md §2, stability. */
export const REPLAN_GAIN_RATIO = 0.02;
/** First guess of the level from which a battery's power falls, before any was measured. engine.md §2, curve. */
export const TAPER_FROM_PERCENT = 80;

// Lanes (engine.md §1).

/** Waits before a lane whose step threw is tried again; after the last of them the last is repeated. engine.md §1. */
export const LANE_FAULT_RETRY_DELAYS_MS: readonly number[] = [
  1 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  60 * MINUTE_MS,
];
/** A person's change waits at most so long for the lane. engine.md §1. */
export const PERSON_WAIT_MAX_MS = 2 * SECOND_MS;
/** Quarter-hour timers of different lanes are spread over this time. engine.md §1. */
export const QUARTER_HOUR_SPREAD_MS = 2 * MINUTE_MS;

// Commands (engine.md §3).

/** Waits between the attempts of one command; after the last of them the last is repeated. engine.md §3. */
export const COMMAND_RETRY_DELAYS_MS: readonly number[] = [
  1 * MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
];
/** At most so many commands go to one vehicle in COMMANDS_WINDOW_MS. engine.md §3. */
export const COMMANDS_PER_WINDOW_MAX_COUNT = 12;
/** The time in which commands to one vehicle are counted. engine.md §3. */
export const COMMANDS_WINDOW_MS = HOUR_MS;
/** A command's attempt expires at the next block edge, and at most so long after it was made. engine.md §3. */
export const COMMAND_EXPIRY_MAX_MS = 15 * MINUTE_MS;

// Cars that are held to a power (engine.md §2 and §3; decision 0016).

/** A car that is held to a power may draw more by this share of it, or by HELD_TOLERANCE_KW where that is more [ours]. */
export const HELD_TOLERANCE_RATIO = 0.05;
/** The same for small powers: what a charger's steps of 1 A, and its rounding, make of them [ours]. */
export const HELD_TOLERANCE_KW = 0.2;
/** A car that draws more than it was told for so long is not held any more in this visit [ours]. */
export const HELD_OBEYED_WITHIN_MS = 15 * MINUTE_MS;
/** Another power is worth a command only from this difference on, or from HELD_NEWS_RATIO on [ours]. */
export const HELD_NEWS_KW = 0.5;
/** The same as a share of the present power [ours]. */
export const HELD_NEWS_RATIO = 0.1;
/** Less power, where there is more, is worth a command only where it is planned for longer than this [ours]. */
export const HELD_LESS_MIN_MS = 15 * MINUTE_MS;
/** A plan of several cars that is carried out as it was made stands at most so long [ours]. */
export const SITE_PLAN_MAX_MS = 30 * MINUTE_MS;
/** Of the commands of an hour so many are kept from being used to raise a power: lowering and stopping go first [ours]. */
export const COMMANDS_KEPT_COUNT = 4;

// Locations with a limit (decision 0010).

/** The voltage of a public network may lie so far above the nominal one (EN 50160, 4.2.2: 10 %). */
export const VOLTAGE_RATIO = 1.1;
/** A car that was seen to draw more than the whole limit is tried once more after so long [ours]. */
export const DRAWN_TOO_MUCH_PAUSE_MS = HOUR_MS;

// Telemetry and events (http-api.md, webhooks.md).

/** A reading up to this far in the future counts as now; beyond it is rejected. http-api.md, POST /telemetry. */
export const FUTURE_READING_TOLERANCE_MS = 5 * MINUTE_MS;
/** Events that a subscription still has to deliver are kept so long. webhooks.md, retry; engine.md §1. */
export const EVENT_KEPT_MS = 7 * DAY_MS;

// Policies (http-api.md).

/** The battery reserve of a policy that names none. http-api.md, policies. */
export const DEFAULT_RESERVE_PERCENT = 20;
/** The target of every weekday of a policy without a schedule. http-api.md, policies. */
export const DEFAULT_TARGET_PERCENT = 80;
/** The deadline of every weekday of a policy without a schedule: wall clock of the location. http-api.md, policies. */
export const DEFAULT_DEADLINE = '07:00';
/** Cost of one start, in the tariff's currency, where the policy names none. http-api.md, policies. */
export const DEFAULT_START_COST = 0.02;
/** Least length of a run and of a pause, where the policy names none. http-api.md, policies; engine.md §2. */
export const DEFAULT_MIN_RUN_MINUTES = 15;
/** Longest minimum run that a policy may ask for; longer would leave nothing to plan in a night. */
export const MIN_RUN_MAX_MINUTES = 240;
/** Longest time before readyBy that a policy may keep for preconditioning. */
export const PRECONDITION_MAX_MINUTES = 240;
/** A charge that is to end at readyBy is told to be late from this on: a start is not obeyed within the second. */
export const DEPARTURE_TOLERANCE_MS = MINUTE_MS;
/** Most restriction windows of one policy. */
export const RESTRICTION_WINDOWS_MAX_COUNT = 50;

/** The last known days that a forecast of prices is made from: two of each weekday. */
export const FORECAST_DAYS_COUNT = 14;
/** In the level of those days a day counts half as much as one so many days younger. */
export const FORECAST_LEVEL_HALF_LIFE_DAYS = 2;
/** An hour of the forecast counts this share of the forecast's usual error dearer: waiting for less is a gamble. */
export const FORECAST_CAUTION_RATIO = 0.2;
