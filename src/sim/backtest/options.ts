import { parseArgs } from 'node:util';
import { isValidZone, minuteOfTime } from '../../domain/calendar.ts';
import { DEFAULT_MIN_RUN_MINUTES } from '../../domain/rules.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { withNegativeValues } from '../../runtime/negative-values.ts';
import type { ReplayRules } from './replay-rules.ts';

/** A back-test as it was asked for. */
export interface BacktestOptions {
  readonly sessionsFile: string;
  readonly pricesFile: string;
  readonly shiftWeeks: number;
  /** Infinite for all sessions. */
  readonly limit: number;
  readonly outFile: string | null;
  readonly isJson: boolean;
  /** Null for one per core. */
  readonly workerCount: number | null;
  readonly rules: Omit<ReplayRules, 'prices'>;
}

/** The options, or what is wrong with them. */
export function readBacktestOptions(argv: readonly string[]): BacktestOptions | { readonly wrong: string } {
  try {
    return optionsOf(parsed(argv));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function parsed(argv: readonly string[]): Values {
  const text = { type: 'string' } as const;
  return parseArgs({
    args: withNegativeValues(argv),
    strict: true,
    options: {
      sessions: text,
      prices: text,
      timezone: text,
      'shift-weeks': text,
      'ready-by': text,
      publish: text,
      limit: text,
      plant: text,
      margin: text,
      'min-run': text,
      forecast: text,
      early: text,
      'replan-gain': text,
      out: text,
      workers: text,
      json: { type: 'boolean' },
    },
  }).values;
}

function optionsOf(values: Values): BacktestOptions {
  const timezone = needed(values, 'timezone');
  if (!isValidZone(timezone)) {
    throw new Error(`--timezone: expected a zone such as Europe/Oslo, got "${timezone}"`);
  }
  const plant = oneOf(values, 'plant', ['exact', 'real']);
  const readyBy = textOf(values, 'ready-by') ?? 'plug-out';
  if (readyBy !== 'plug-out' && minuteOfTime(readyBy) === null) {
    throw new Error(`--ready-by: expected plug-out or a time HH:mm, got "${readyBy}"`);
  }
  const time = textOf(values, 'publish') ?? '13:00';
  if (minuteOfTime(time) === null) throw new Error(`--publish: expected a time HH:mm, got "${time}"`);
  const marginMinutes = numberOf(values, 'margin', 0, 24 * 60);
  const gainPercent = numberOf(values, 'replan-gain', 0, 100);
  return {
    sessionsFile: needed(values, 'sessions'),
    pricesFile: needed(values, 'prices'),
    shiftWeeks: wholeOf(values, 'shift-weeks', -5000, 5000) ?? 0,
    limit: wholeOf(values, 'limit', 1, Number.POSITIVE_INFINITY) ?? Number.POSITIVE_INFINITY,
    outFile: textOf(values, 'out') ?? null,
    isJson: values.json === true,
    workerCount: wholeOf(values, 'workers', 1, 64),
    rules: {
      publication: { timezone, time },
      plant,
      readyBy,
      marginMs: marginMinutes === null ? (plant === 'exact' ? 0 : null) : marginMinutes * MINUTE_MS,
      minRunMinutes:
        wholeOf(values, 'min-run', 0, 24 * 60) ?? (plant === 'exact' ? 0 : DEFAULT_MIN_RUN_MINUTES),
      isForecastOn: oneOf(values, 'forecast', ['on', 'off']) === 'on',
      earlyRatio: (numberOf(values, 'early', 0, 100) ?? 0) / 100,
      replanGainRatio: gainPercent === null ? null : gainPercent / 100,
    },
  };
}

function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

function needed(values: Values, name: string): string {
  const value = textOf(values, name);
  if (value === undefined || value === '') throw new Error(`--${name} is needed`);
  return value;
}

/** The first of the allowed values is the default. */
function oneOf<Allowed extends string>(
  values: Values,
  name: string,
  allowed: readonly [Allowed, ...Allowed[]],
): Allowed {
  const value = textOf(values, name) ?? allowed[0];
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`--${name}: expected ${allowed.join(' or ')}, got "${value}"`);
  return found;
}

function numberOf(values: Values, name: string, least: number, most: number): number | null {
  const text = textOf(values, name);
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    const range = most === Number.POSITIVE_INFINITY ? `${least} on` : `${least} to ${most}`;
    throw new Error(`--${name}: expected a number from ${range}, got "${text}"`);
  }
  return value;
}

function wholeOf(values: Values, name: string, least: number, most: number): number | null {
  const value = numberOf(values, name, least, most);
  if (value !== null && !Number.isInteger(value)) {
    throw new Error(`--${name}: expected a whole number, got "${value}"`);
  }
  return value;
}
