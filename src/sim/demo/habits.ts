import { instantOfLocal, type LocalDate, localDateOf, weekdayOf } from '../../domain/calendar.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import { bell, between, randomFor } from '../random.ts';

/** How a car of the demonstration is used. Plain data: it is stored with the car. */
export interface Habit {
  readonly kind: HabitKind;
  readonly seed: number;
  /** Which car of the world it is. */
  readonly car: number;
  readonly timezoneName: string;
  /** Kilometres of a usual trip. */
  readonly kilometres: number;
}

/** A commuter drives by day, a night worker by night, a homebody now and then, a shared van around the clock. */
export type HabitKind = 'commuter' | 'night-worker' | 'homebody' | 'shared-van' | 'charges-at-work';

export type HabitEvent = { readonly atMs: number } & (
  | { readonly kind: 'leave' }
  | { readonly kind: 'plug-in-away'; readonly kilometres: number }
  | { readonly kind: 'plug-out-away' }
  | { readonly kind: 'come-home'; readonly kilometres: number; readonly plugsIn: boolean }
);

/** The first thing that the car's user does after an instant. The same for the same habit and instant. */
export function nextHabitEvent(habit: Habit, afterMs: number): HabitEvent {
  const today = localDateOf(habit.timezoneName, afterMs);
  // A night worker's trip of yesterday ends today, and everybody drives at least once a week.
  for (let day = -1; day <= 8; day++) {
    const found = eventsOf(habit, { ...today, day: today.day + day }).find(({ atMs }) => atMs > afterMs);
    if (found !== undefined) return found;
  }
  throw new Error(
    `habit ${habit.kind} of car ${habit.car}: nothing happens after ${new Date(afterMs).toISOString()}`,
  );
}

interface Trip {
  /** Minutes after local midnight; beyond 1440 is the next day. */
  readonly leaveMinute: number;
  readonly returnMinute: number;
  readonly kilometres: number;
  readonly chargesAway: boolean;
  readonly plugsIn: boolean;
}

function eventsOf(habit: Habit, date: LocalDate): HabitEvent[] {
  const midnightMs = instantOfLocal(habit.timezoneName, date, '00:00');
  const at = (minute: number) => midnightMs + Math.round(minute) * MINUTE_MS;
  return tripsOf(habit, date).flatMap((trip): HabitEvent[] => {
    const { leaveMinute, returnMinute, kilometres, plugsIn } = trip;
    const leave: HabitEvent = { kind: 'leave', atMs: at(leaveMinute) };
    if (!trip.chargesAway) return [leave, { kind: 'come-home', atMs: at(returnMinute), kilometres, plugsIn }];
    return [
      leave,
      { kind: 'plug-in-away', atMs: at(leaveMinute + 40), kilometres: kilometres / 2 },
      { kind: 'plug-out-away', atMs: at(returnMinute - 40) },
      { kind: 'come-home', atMs: at(returnMinute), kilometres: kilometres / 2, plugsIn },
    ];
  });
}

/** The trips that begin on a day, ascending; the last ends before any trip of the next day begins. */
function tripsOf(habit: Habit, date: LocalDate): Trip[] {
  const { year, month, day } = localDateOfRolled(date);
  const random = randomFor(habit.seed, 'habit', habit.car, year, month, day);
  const isWorkday = weekdayOf(date) < 5;
  const kilometres = habit.kilometres * between(random, 0.7, 1.4);
  const plugsIn = random() < 0.9;
  const oneTrip = (leaveMinute: number, returnMinute: number, chargesAway = false): Trip[] => [
    // Even the shortest trip takes a while: a late start and an early return must not cross.
    { leaveMinute, returnMinute: Math.max(returnMinute, leaveMinute + 90), kilometres, plugsIn, chargesAway },
  ];
  switch (habit.kind) {
    case 'commuter':
      if (isWorkday) return oneTrip(440 + 15 * bell(random), 1_030 + 35 * bell(random));
      return random() < 0.6 ? oneTrip(660 + 40 * bell(random), 960 + 60 * bell(random)) : [];
    case 'charges-at-work':
      if (isWorkday) return oneTrip(450 + 12 * bell(random), 1_050 + 30 * bell(random), random() < 0.6);
      return random() < 0.4 ? oneTrip(700 + 40 * bell(random), 980 + 60 * bell(random)) : [];
    case 'night-worker':
      return isWorkday ? oneTrip(1_270 + 10 * bell(random), 1_850 + 15 * bell(random)) : [];
    case 'homebody':
      // Always on Wednesdays, so that even the unluckiest one has a next trip.
      return random() < 0.5 || weekdayOf(date) === 2
        ? oneTrip(620 + 50 * bell(random), 900 + 70 * bell(random))
        : [];
    case 'shared-van':
      // Lent every four hours, day and night: plugged in again for about two and a half hours each time.
      return [0, 240, 480, 720, 960, 1_200].map((slot) => ({
        leaveMinute: slot + between(random, 5, 30),
        returnMinute: slot + between(random, 75, 110),
        kilometres: habit.kilometres * between(random, 0.6, 1.5),
        plugsIn: true,
        chargesAway: false,
      }));
  }
}

/** A day beyond its month, as `day + 1` may be, by its usual name: its chance must not depend on how it was reached. */
function localDateOfRolled(date: LocalDate): LocalDate {
  const rolled = new Date(Date.UTC(date.year, date.month - 1, date.day));
  return { year: rolled.getUTCFullYear(), month: rolled.getUTCMonth() + 1, day: rolled.getUTCDate() };
}
