import type { OverviewRow } from '../../data/types.ts';
import { carName } from '../../format/car-name.ts';
import { words } from '../../words.ts';
import type { Named } from './filters.ts';

/** Something that a text may mean. */
export interface Suggestion {
  readonly filter: Named;
  readonly id: string;
  readonly name: string;
  readonly note: string;
}

const SHOWN_MAX_COUNT = 9;
const ORDER: readonly Named[] = ['vehicleId', 'locationId', 'userId', 'policyId'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Cars, places and users that the service found for a text, each once, and policies of cars; what has the text in its
 * own name comes first. An id may be of anything, and a user of whom nothing is known yet is one too.
 */
export function suggestionsOf(text: string, rows: readonly OverviewRow[]): readonly Suggestion[] {
  const wanted = text.toLowerCase();
  const found = new Map<string, Suggestion>();
  for (const suggestion of rows.flatMap(ofRow)) {
    found.set(`${suggestion.filter} ${suggestion.id}`, suggestion);
  }
  const isNamed = ({ name }: Suggestion): boolean => name.toLowerCase().includes(wanted);
  const all = ORDER.flatMap((filter) => [...found.values()].filter((one) => one.filter === filter));
  const named = [...all.filter(isNamed), ...all.filter((one) => !isNamed(one) && one.filter === 'vehicleId')];
  const byHand: Suggestion[] = UUID.test(text)
    ? (['vehicleId', 'locationId', 'policyId'] as const).map((filter) => plain(filter, text))
    : [];
  const user = found.has(`userId ${text}`) ? [] : [plain('userId', text)];
  return [...byHand, ...named.slice(0, SHOWN_MAX_COUNT - byHand.length), ...user];
}

function ofRow({ session, vehicle, location }: OverviewRow): Suggestion[] {
  const car = carName(vehicle);
  const policyId = session.policyId;
  return [
    { filter: 'vehicleId', id: vehicle.id, name: car, note: session.userId },
    { filter: 'locationId', id: location.id, name: location.name, note: '' },
    plain('userId', session.userId),
    ...(policyId === null
      ? []
      : [
          {
            filter: 'policyId' as const,
            id: policyId,
            name: words.history.policyName(car, location.name),
            note: '',
          },
        ]),
  ];
}

function plain(filter: Named, id: string): Suggestion {
  return { filter, id, name: id, note: '' };
}
