import type { HistoryCause, HistoryEntry, Why } from '../domain/history.ts';
import type { SessionErrorCode } from '../domain/session.ts';
import { type NameOf, slower, WHY_WORDS } from './why-words.ts';

/** The words of a history entry, English: what set it off, and why the car charges or not since then. */
export function historyWords(entry: HistoryEntry, nameOf: NameOf = () => null): string {
  const { error } = entry;
  const fault = error === null || error.after === null ? '' : ERROR_WORDS[error.after];
  const words = [causeWords(entry), fault, reasonWords(entry, nameOf)];
  // What has just been said of the contact is not said twice.
  const contact = error?.after === 'VEHICLE_UNREACHABLE' || fault !== '' ? '' : contactWords(entry.why);
  return withMore(words.filter((each) => each !== '').join(' '), contact);
}

/** The reason alone, in one sentence: why the car charges or not since then. */
export function whyWords(entry: HistoryEntry, nameOf: NameOf = () => null): string {
  return withMore(reasonWords(entry, nameOf), contactWords(entry.why));
}

function reasonWords({ why, cause, zone }: HistoryEntry, nameOf: NameOf): string {
  if (why.code === 'SETTLED') {
    return `${SETTLED_BY[cause] ?? 'The car has left'}; the session is settled.`;
  }
  const words = WHY_WORDS[why.code](why, zone, nameOf);
  const isSaid = why.held === undefined || why.code === 'CHARGING_SHARED';
  return withMore(words, isSaid ? '' : slower(why, nameOf));
}

const SETTLED_BY: Readonly<Partial<Record<HistoryCause, string>>> = {
  POLICY: 'The policy was deleted',
  PLUGGED_IN: 'The car is plugged in somewhere else',
};

/** What is known of a charge that nobody sees at present. */
function contactWords({ contact, code, attempts: count }: Why): string {
  const isSaid = code === 'CHARGING_UNWANTED' && contact === 'UNREACHABLE' && (count ?? 0) > 0;
  if (contact === undefined || isSaid) return '';
  return contact === 'UNREACHABLE'
    ? 'the car cannot be reached at present'
    : 'nothing has been heard of the car for some time';
}

function withMore(sentence: string, more: string): string {
  return more === '' ? sentence : `${sentence.slice(0, -1)}; ${more}.`;
}

/** What set it off; where the entry tells more than the cause's name, that. */
function causeWords({ number, cause, why, error }: HistoryEntry): string {
  // The reason says itself what ended it.
  if (why.code === 'SETTLED') return '';
  if (cause === 'POLICY' && number === 1) return 'The policy was created.';
  if (cause === 'COMMAND' && (why.attempts ?? 0) > 0 && why.isAsked !== true) return 'A command has failed.';
  const isUnreachable = why.code === 'UNREACHABLE' || why.contact === 'UNREACHABLE';
  if (isUnreachable && (cause === 'POWER' || cause === 'LEVEL')) {
    return 'A report came, but not from the car itself.';
  }
  if (cause === 'CHARGING') {
    return why.code.startsWith('CHARGING')
      ? 'The car has started to charge.'
      : 'The car has stopped charging.';
  }
  if (cause === 'REACHABILITY' && error !== null) {
    if (error.after === 'VEHICLE_UNREACHABLE') return 'The car cannot be reached any more.';
    if (error.before === 'VEHICLE_UNREACHABLE') return 'The car can be reached again.';
  }
  return CAUSE_WORDS[cause];
}

/** Where the reason says it itself, no word is needed twice. */
const ERROR_WORDS: Readonly<Record<SessionErrorCode, string>> = {
  FAULT: '',
  NO_POWER: '',
  VEHICLE_UNREACHABLE: '',
  START_FAILED: '',
  STOP_FAILED: '',
  CHARGE_INTERRUPTED: 'The charge stopped by itself.',
  INTERFERENCE: '',
  CAPABILITY_BLOCKED: '',
  TELEMETRY_STALE: 'Nothing was heard of the car for some time.',
  CHARGE_LIMIT_BELOW_TARGET: "The car's own charge limit is below the target.",
  BATTERY_LEVEL_UNKNOWN: 'The car does not tell its battery level.',
  PRICES_UNAVAILABLE: '',
};

const CAUSE_WORDS: Readonly<Record<HistoryCause, string>> = {
  PLUGGED_IN: 'Plugged in.',
  UNPLUGGED: 'Unplugged.',
  LEVEL: 'New battery level.',
  POWER: 'New reading.',
  CHARGING: 'The car started or stopped.',
  CHARGE_LIMIT: "The car's charge limit changed.",
  REACHABILITY: 'Contact to the car changed.',
  PRICES: 'New prices.',
  POLICY: 'The policy was changed.',
  OVERRIDE: 'The target of this session was changed.',
  LOCATION: 'The location was changed.',
  VEHICLE: 'The vehicle was changed.',
  COMMAND: 'A command was answered.',
  OTHER_CAR: 'Something changed with another car here.',
  CLOCK: '',
};
