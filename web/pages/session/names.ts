import type { Session, Vehicle } from '../../data/types.ts';
import type { Tone } from '../../parts/badge.tsx';
import { words } from '../../words.ts';
import type { SessionView } from './load-session.ts';

/** What its user calls it, else brand and model. */
export function carName(vehicle: Vehicle | null): string {
  const { displayName = null, brand = null, model = null } = vehicle?.information ?? {};
  return displayName ?? ([brand, model].filter(Boolean).join(' ') || words.session.unnamed);
}

/** Brand and model, the place, the user. */
export function carSubtitle({ vehicle, location, session }: SessionView): string {
  const { displayName, brand, model } = vehicle?.information ?? {};
  const kind = displayName ? [brand, model].filter(Boolean).join(' ') : '';
  return [kind, location?.name ?? words.session.away, session.userId].filter(Boolean).join(' · ');
}

export function stateTone({ state }: Pick<Session, 'state'>): Tone {
  return state === 'UPCOMING' || state === 'SETTLED' ? 'plain' : 'accent';
}
