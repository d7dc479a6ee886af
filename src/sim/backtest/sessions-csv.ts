import { instantOfLocal } from '../../domain/calendar.ts';
import { HOUR_MS } from '../../domain/units.ts';
import { type CsvRow, readCsv } from './csv.ts';

/** A real charging session, moved to where and when it is replayed. */
export interface RecordedSession {
  readonly id: string;
  readonly userId: string;
  readonly pluggedInAtMs: number;
  readonly pluggedOutAtMs: number;
  readonly powerKw: number;
  readonly capacityWh: number;
  readonly startPercent: number;
  /** Energy as it was measured then, at the plug. */
  readonly energyKwh: number;
}

export type UnusableReason =
  | 'no_plug_out'
  | 'no_estimate'
  | 'energy_exceeds_est_power'
  | 'zero_length'
  | 'unreadable';

export type SessionRow =
  | { readonly kind: 'session'; readonly session: RecordedSession }
  | { readonly kind: 'unusable'; readonly reason: Exclude<UnusableReason, 'unreadable'> }
  | { readonly kind: 'unusable'; readonly reason: 'unreadable'; readonly cell: BadCell };

/** The first field of a row that cannot be read. */
export interface BadCell {
  /** In the file, the header being 1; empty lines do not count. */
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

const COLUMNS = [
  'session_id',
  'user_id',
  'plugged_in_at_utc',
  'plugged_out_at_utc',
  'plugged_in_at_local',
  'energy_kwh',
  'est_charging_power_kw',
  'est_battery_capacity_kwh',
  'est_soc_start_pct',
] as const;

/**
 * Streams sessions, moved by whole weeks: the wall clock of plug-in is read in `timezone`, and the true time
 * connected is kept, so that the evening stays an evening when the prices are those of another zone or season.
 */
export async function* readSessionsCsv(
  file: string,
  timezone: string,
  shiftWeeks: number,
): AsyncGenerator<SessionRow> {
  let rowNumber = 1;
  for await (const row of readCsv(file, COLUMNS)) {
    rowNumber += 1;
    yield sessionOf(row, rowNumber, timezone, shiftWeeks);
  }
}

function sessionOf(row: CsvRow, rowNumber: number, timezone: string, shiftWeeks: number): SessionRow {
  const text = (name: Column): string => row.get(name) ?? '';
  const unreadable = (column: Column): SessionRow => ({
    kind: 'unusable',
    reason: 'unreadable',
    cell: { row: rowNumber, column, value: text(column) },
  });
  const absent = COLUMNS.find((name) => !row.has(name));
  if (absent !== undefined) return unreadable(absent);
  const flags = (row.get('flags') ?? '').split(';');
  if (flags.includes('no_plug_out') || text('plugged_out_at_utc') === '') return unusable('no_plug_out');
  const estimates = [
    text('est_charging_power_kw'),
    text('est_battery_capacity_kwh'),
    text('est_soc_start_pct'),
  ];
  if (flags.includes('no_estimate') || estimates.includes('')) return unusable('no_estimate');
  const outAtMs = Date.parse(text('plugged_out_at_utc'));
  const inAtMs = Date.parse(text('plugged_in_at_utc'));
  const connectedMs = outAtMs - inAtMs;
  const pluggedInAtMs = movedInstant(text('plugged_in_at_local'), timezone, shiftWeeks);
  const [powerKw = Number.NaN, capacityKwh = Number.NaN, startPercent = Number.NaN] = estimates.map(Number);
  const energyKwh = Number(text('energy_kwh'));
  const badColumn = firstBad([
    ['plugged_in_at_utc', Number.isFinite(inAtMs)],
    ['plugged_out_at_utc', Number.isFinite(outAtMs)],
    ['plugged_in_at_local', pluggedInAtMs !== null],
    ['energy_kwh', energyKwh >= 0 && Number.isFinite(energyKwh)],
    ['est_charging_power_kw', powerKw > 0 && Number.isFinite(powerKw)],
    ['est_battery_capacity_kwh', capacityKwh > 0 && Number.isFinite(capacityKwh)],
    ['est_soc_start_pct', startPercent >= 0 && startPercent <= 100],
  ]);
  if (pluggedInAtMs === null || badColumn !== null) {
    return unreadable(badColumn ?? 'plugged_in_at_local');
  }
  if (connectedMs <= 0) return unusable('zero_length');
  const mostKwh = (powerKw * connectedMs) / HOUR_MS;
  if (flags.includes('energy_exceeds_est_power') || energyKwh > mostKwh * ROUNDED_SHARE) {
    return unusable('energy_exceeds_est_power');
  }
  return {
    kind: 'session',
    session: {
      id: text('session_id'),
      userId: text('user_id'),
      pluggedInAtMs,
      pluggedOutAtMs: pluggedInAtMs + connectedMs,
      powerKw,
      capacityWh: Math.round(capacityKwh * 1000),
      startPercent,
      energyKwh,
    },
  };
}

/** An estimate of power that was rounded does not make a session impossible. */
const ROUNDED_SHARE = 1.01;

type Column = (typeof COLUMNS)[number];

function firstBad(checks: readonly (readonly [column: Column, isGood: boolean])[]): Column | null {
  return checks.find(([, isGood]) => !isGood)?.[0] ?? null;
}

function unusable(reason: Exclude<UnusableReason, 'unreadable'>): SessionRow {
  return { kind: 'unusable', reason };
}

/** The wall clock of an ISO text, its offset left aside, so many weeks later in a zone; null when unreadable. */
function movedInstant(local: string, timezone: string, weeks: number): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(?::(\d\d))?/.exec(local);
  if (match === null) return null;
  const [, year, month, day, time = '', seconds = '0'] = match;
  const date = { year: Number(year), month: Number(month), day: Number(day) + 7 * weeks };
  return instantOfLocal(timezone, date, time) + Number(seconds) * 1000;
}
