import { useEffect, useRef, useState } from 'preact/hooks';
import type { OverviewTotals } from '../../data/types.ts';
import { count } from '../../format/numbers.ts';
import { Icon } from '../../parts/icon.tsx';
import { words } from '../../words.ts';
import { type Filter, SHOWN, type Shown } from './filter.ts';

interface FilterBarProps {
  readonly filter: Filter;
  /** Of the text alone, so that each chip can say how many it would show. */
  readonly totals: OverviewTotals | null;
  readonly onChange: (filter: Filter) => void;
}

/** Time for the next letter. */
const TYPING_MS = 80;

/** Search and chips. */
export function FilterBar({ filter, totals, onChange }: FilterBarProps) {
  const [text, setText] = useState(filter.text);
  const latest = useRef({ filter, onChange });
  latest.current = { filter, onChange };
  useEffect(() => {
    const { filter: now, onChange: tell } = latest.current;
    if (text === now.text) return undefined;
    const timer = setTimeout(() => tell({ ...now, text, after: null, before: null }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // The address may change by other ways: the back button, "show all".
  useEffect(() => setText(filter.text), [filter.text]);
  return (
    <div class="filter-bar">
      <label class="search">
        <span class="unseen">{words.cars.search}</span>
        <Icon name="search" />
        <input
          type="search"
          placeholder={words.cars.search}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <fieldset class="chips">
        <legend class="unseen">{words.cars.show}</legend>
        {SHOWN.map((shown) => (
          <button
            key={shown}
            type="button"
            class="chip"
            aria-pressed={shown === filter.shown}
            onClick={() => onChange({ ...filter, shown, after: null, before: null })}
          >
            {words.cars.shown[shown]}
            <Count value={countOf(shown, totals)} />
          </button>
        ))}
      </fieldset>
    </div>
  );
}

function Count({ value }: { readonly value: number | null }) {
  return value === null ? null : <span class="count">{count(value)}</span>;
}

function countOf(shown: Shown, totals: OverviewTotals | null): number | null {
  if (totals === null) return null;
  switch (shown) {
    case 'all':
      return totals.cars;
    case 'plugged-in':
      return totals.active;
    case 'upcoming':
      return totals.upcoming;
    case 'errors':
      return totals.withError;
    default:
      return null;
  }
}
