import { instantOfLocal, localDateOf, localMinuteOfDay, minuteOfTime } from '../../domain/calendar.ts';

/** When a market tells its prices: those of a local day at a local time `HH:mm` of the day before. */
export interface Publication {
  readonly timezone: string;
  readonly time: string;
}

/** The end of what is published at an instant: of today, or of tomorrow from the time of publication on. */
export function publishedUntilMs(publication: Publication, atMs: number): number {
  const { timezone, time } = publication;
  const today = localDateOf(timezone, atMs);
  const isPublished = localMinuteOfDay(timezone, atMs) >= (minuteOfTime(time) ?? 0);
  return instantOfLocal(timezone, { ...today, day: today.day + (isPublished ? 2 : 1) }, '00:00');
}

/** The first publication after an instant. */
export function nextPublicationAtMs(publication: Publication, afterMs: number): number {
  return nextLocalTimeMs(publication.timezone, publication.time, afterMs);
}

/** The first instant after the given one at which a zone's clock comes to `HH:mm`. */
export function nextLocalTimeMs(timezone: string, time: string, afterMs: number): number {
  const today = localDateOf(timezone, afterMs);
  const todayAtMs = instantOfLocal(timezone, today, time);
  return todayAtMs > afterMs ? todayAtMs : instantOfLocal(timezone, { ...today, day: today.day + 1 }, time);
}
