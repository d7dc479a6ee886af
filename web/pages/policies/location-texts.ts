import type { Location, LocationIn } from '../../data/types.ts';
import { browserZone } from '../../format/times.ts';
import { isMissing, isNoNumber } from './typed.ts';

export const FIELDS = [
  'name',
  'latitude',
  'longitude',
  'timezoneName',
  'zone',
  'maxPower',
  'chargerPower',
] as const;

export type LocationField = (typeof FIELDS)[number];

/** What the form of a location holds: everything as it is typed. */
export type LocationTexts = Readonly<Record<LocationField, string>>;

export function textsOf(location: Location | null): LocationTexts {
  const text = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return {
    name: location?.name ?? '',
    latitude: text(location?.latitude),
    longitude: text(location?.longitude),
    timezoneName: location?.timezoneName ?? browserZone,
    zone: location?.zone ?? '',
    maxPower: text(location?.maxPower),
    chargerPower: text(location?.chargerPower),
  };
}

/** A PUT is whole: what the form does not show stays as it is. */
export function bodyOf(texts: LocationTexts, old: Location | null): LocationIn {
  const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));
  return {
    name: texts.name.trim(),
    latitude: Number(texts.latitude),
    longitude: Number(texts.longitude),
    timezoneName: texts.timezoneName.trim(),
    zone: texts.zone.trim() || null,
    area: old?.area ?? null,
    maxPower: numberOrNull(texts.maxPower),
    chargerPower: numberOrNull(texts.chargerPower),
  };
}

/** What was changed from `from` to `mine`, put on top of `theirs`. */
export function onTopOf(from: LocationTexts, mine: LocationTexts, theirs: LocationTexts): LocationTexts {
  const changed = FIELDS.filter((name) => mine[name] !== from[name]);
  return { ...theirs, ...Object.fromEntries(changed.map((name) => [name, mine[name]])) };
}

/** Fields without the number they need, or with something else than one. */
export function missingFigures(texts: LocationTexts): readonly LocationField[] {
  return [
    ...(['latitude', 'longitude'] as const).filter((name) => isMissing(texts[name])),
    ...(['maxPower', 'chargerPower'] as const).filter((name) => isNoNumber(texts[name])),
  ];
}
