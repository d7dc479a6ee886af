import type { Session } from '../domain/session.ts';
import { toInstant, toKwh, toWholePercent } from './scalars.ts';

/** A settled session with the names that people know things by; null where they are gone. */
export interface CsvFacts {
  readonly session: Omit<Session, 'steps' | 'blocks'>;
  readonly vehicleName: string | null;
  readonly locationName: string | null;
}

type Cell = string | number | null;

/** The columns in their order: new ones come at the end. */
const COLUMNS: readonly (readonly [string, (facts: CsvFacts) => Cell])[] = [
  ['id', ({ session }) => session.id],
  ['kind', ({ session }) => (session.policyId === null ? 'unmanaged' : 'managed')],
  ['policyId', ({ session }) => session.policyId],
  ['userId', ({ session }) => foreign(session.userId)],
  ['vehicleId', ({ session }) => session.vehicleId],
  ['vehicleName', ({ vehicleName }) => foreign(vehicleName)],
  ['locationId', ({ session }) => session.locationId],
  ['locationName', ({ locationName }) => foreign(locationName)],
  ['pluggedInAt', ({ session }) => toInstant(session.pluggedInAtMs)],
  ['pluggedOutAt', ({ session }) => toInstant(session.pluggedOutAtMs)],
  ['kwhSum', ({ session }) => (session.aggregated === null ? null : toKwh(session.aggregated.energyWh))],
  ['batteryFrom', ({ session }) => toWholePercent(session.aggregated?.levelFromPercent ?? null)],
  ['batteryTo', ({ session }) => toWholePercent(session.aggregated?.levelToPercent ?? null)],
  ['targetType', ({ session }) => session.target?.kind ?? null],
  ['minimumChargeTarget', ({ session }) => toWholePercent(session.target?.targetPercent ?? null)],
  [
    'readyBy',
    ({ session }) => (session.target?.kind === 'REGULAR' ? toInstant(session.target.readyByMs) : null),
  ],
  ['outcome', ({ session }) => session.outcome?.state ?? null],
  ['currency', ({ session }) => session.valuation?.currency ?? null],
  ['cost', ({ session }) => money(session.valuation?.actualMicros)],
  ['baseline', ({ session }) => money(session.valuation?.baselineMicros)],
  [
    'savings',
    ({ session: { valuation } }) =>
      valuation === null ? null : money(valuation.baselineMicros - valuation.actualMicros),
  ],
  ['error', ({ session }) => session.error?.code ?? null],
];

/** The header row of RFC 4180. */
export const CSV_HEADER = line(COLUMNS.map(([name]) => name));

/** A session as one row; what is not there is empty. */
export function toCsvLine(facts: CsvFacts): string {
  return line(COLUMNS.map(([, cellOf]) => cellOf(facts)));
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What others wrote: a spreadsheet would take a text that begins with one of these as a formula. */
function foreign(text: string | null): string | null {
  return text !== null && /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}

function money(micros: number | undefined): number | null {
  return micros === undefined ? null : micros / 1_000_000;
}
