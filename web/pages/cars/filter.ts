import type { Cursor } from '../../parts/pager.tsx';

/** The chips above the list. */
export const SHOWN = ['all', 'plugged-in', 'upcoming', 'reserve', 'immediate', 'errors'] as const;
export type Shown = (typeof SHOWN)[number];

/** What is looked for; it stands in the address. */
export interface Filter extends Cursor {
  readonly text: string;
  readonly shown: Shown;
}

const QUERIES = {
  all: {},
  'plugged-in': { state: 'ACTIVE' },
  upcoming: { state: 'UPCOMING' },
  reserve: { state: 'ACTIVE:BATTERY_RESERVE' },
  immediate: { state: 'ACTIVE:IMMEDIATE_START' },
  errors: { error: 'ANY' },
} as const;

export function filterOf(params: URLSearchParams): Filter {
  const shown = params.get('show');
  return {
    text: params.get('q') ?? '',
    shown: SHOWN.find((known) => known === shown) ?? 'all',
    after: params.get('after'),
    before: params.get('before'),
  };
}

/** The filter in an address; another text or chip begins at the first page. */
export function paramsOf({ text, shown, after, before }: Filter): Readonly<Record<string, string | null>> {
  return { q: text, show: shown === 'all' ? null : shown, after: after ?? null, before: before ?? null };
}

/** The filter as the API takes it, without the page. */
export function queryOf({ text, shown }: Filter) {
  return { q: text.trim() || undefined, ...QUERIES[shown] };
}

export function isFiltered({ text, shown, after, before }: Filter): boolean {
  return text !== '' || shown !== 'all' || Boolean(after) || Boolean(before);
}
