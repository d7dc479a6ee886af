import { browserZone, dayAndTime, exactTime, timeOfDay, weekdayAndTime } from '../format/times.ts';

const WRITERS = { time: timeOfDay, weekday: weekdayAndTime, day: dayAndTime, exact: exactTime };

interface TimeProps {
  /** An instant of the API, or epoch ms. */
  readonly at: string | number;
  /** Default: the browser's. */
  readonly zone?: string | undefined;
  readonly as?: keyof typeof WRITERS;
}

/** An instant in the local time of a place; its title has it exactly, with the zone. */
export function Time({ at, zone = browserZone, as = 'day' }: TimeProps) {
  const atMs = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactTime(atMs, zone)}>
      {WRITERS[as](atMs, zone)}
    </time>
  );
}
