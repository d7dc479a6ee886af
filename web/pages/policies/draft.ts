import type { Policy, PolicyPatch } from '../../data/types.ts';
import { isMissing, isNoNumber } from './typed.ts';
import { WEEKDAYS, type Weekday } from './weekdays.ts';

/** What the form holds: figures as they are typed. */
export interface PolicyDraft {
  /** Null: no deadline on that day. */
  readonly schedule: Readonly<Record<Weekday, DayDraft | null>>;
  readonly batteryReserve: string;
  readonly restrictionSchedule: readonly WindowDraft[];
  /** Empty: never. */
  readonly opportunisticPrice: string;
  readonly preconditionMinutes: string;
  readonly startCost: string;
  readonly minRunMinutes: string;
  readonly prefer: Policy['prefer'];
}

/** A window of the restrictions; its key tells it from the others while they are added and removed. */
export interface WindowDraft {
  readonly key: number;
  readonly window: Policy['restrictionSchedule'][number];
}

export interface DayDraft {
  readonly deadline: string;
  readonly minimumChargeTarget: string;
}

export const FIGURES = ['batteryReserve', 'preconditionMinutes', 'startCost', 'minRunMinutes'] as const;
const SETTINGS = [...FIGURES, 'restrictionSchedule', 'opportunisticPrice', 'prefer'] as const;

/** A part of a policy that is changed by itself: a weekday of the schedule, or a setting. */
export type DraftPart = Weekday | (typeof SETTINGS)[number];

export function toDraft(policy: Policy): PolicyDraft {
  return {
    schedule: forWeekdays((weekday) => {
      const entry = policy.schedule[weekday];
      return entry === undefined
        ? null
        : { deadline: entry.deadline, minimumChargeTarget: String(entry.minimumChargeTarget) };
    }),
    batteryReserve: String(policy.batteryReserve),
    restrictionSchedule: policy.restrictionSchedule.map((window, key) => ({ key, window })),
    opportunisticPrice: policy.opportunisticPrice === null ? '' : String(policy.opportunisticPrice),
    preconditionMinutes: String(policy.preconditionMinutes),
    startCost: String(policy.startCost),
    minRunMinutes: String(policy.minRunMinutes),
    prefer: policy.prefer,
  };
}

/** The parts in which two drafts differ. */
export function partsChanged(from: PolicyDraft, to: PolicyDraft): readonly DraftPart[] {
  const isOther = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  return [
    ...WEEKDAYS.filter((weekday) => isOther(from.schedule[weekday], to.schedule[weekday])),
    ...SETTINGS.filter((name) =>
      name === 'restrictionSchedule'
        ? isOther(windowsOf(from), windowsOf(to))
        : isOther(from[name], to[name]),
    ),
  ];
}

/** Paths, as the API names them, of figures that are missing; what else is wrong the service says. */
export function missingFigures(draft: PolicyDraft): readonly string[] {
  return [
    ...WEEKDAYS.filter((weekday) => isMissing(draft.schedule[weekday]?.minimumChargeTarget ?? '0')).map(
      (weekday) => `schedule.${weekday}.minimumChargeTarget`,
    ),
    ...FIGURES.filter((name) => isMissing(draft[name])),
    ...(isNoNumber(draft.opportunisticPrice) ? ['opportunisticPrice'] : []),
  ];
}

/** The change from one draft to another, of those parts alone. Its figures must be there. */
export function patchOf(from: PolicyDraft, to: PolicyDraft): PolicyPatch {
  const changed = partsChanged(from, to);
  const days = WEEKDAYS.filter((weekday) => changed.includes(weekday));
  const figures = FIGURES.filter((name) => changed.includes(name));
  return {
    ...(days.length > 0 && {
      schedule: Object.fromEntries(days.map((weekday) => [weekday, deadlineOf(to.schedule[weekday])])),
    }),
    ...Object.fromEntries(figures.map((name) => [name, Number(to[name])])),
    ...(changed.includes('restrictionSchedule') && { restrictionSchedule: windowsOf(to) }),
    ...(changed.includes('opportunisticPrice') && {
      opportunisticPrice: to.opportunisticPrice.trim() === '' ? null : Number(to.opportunisticPrice),
    }),
    ...(changed.includes('prefer') && { prefer: to.prefer }),
  };
}

/** What was changed from `from` to `mine`, put on top of `theirs`. */
export function onTopOf(from: PolicyDraft, mine: PolicyDraft, theirs: PolicyDraft): PolicyDraft {
  const changed = partsChanged(from, mine);
  return {
    ...theirs,
    ...Object.fromEntries(
      SETTINGS.filter((name) => changed.includes(name)).map((name) => [name, mine[name]]),
    ),
    schedule: forWeekdays((weekday) => (changed.includes(weekday) ? mine : theirs).schedule[weekday]),
  };
}

function windowsOf({ restrictionSchedule }: PolicyDraft) {
  return restrictionSchedule.map(({ window }) => window);
}

function deadlineOf(day: DayDraft | null) {
  return day === null
    ? null
    : { deadline: day.deadline, minimumChargeTarget: Number(day.minimumChargeTarget) };
}

function forWeekdays<Value>(valueAt: (weekday: Weekday) => Value): Record<Weekday, Value> {
  return {
    monday: valueAt('monday'),
    tuesday: valueAt('tuesday'),
    wednesday: valueAt('wednesday'),
    thursday: valueAt('thursday'),
    friday: valueAt('friday'),
    saturday: valueAt('saturday'),
    sunday: valueAt('sunday'),
  };
}
