import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { Icon } from '../../parts/icon.tsx';
import { words } from '../../words.ts';
import type { Named } from './filters.ts';
import { type Suggestion, suggestionsOf } from './suggestions.ts';

interface FinderProps {
  readonly onChoose: (name: Named, id: string) => void;
}

const PAUSE_MS = 150;
const ROWS_COUNT = 20;
const t = words.history;

/** Finds a car, a place, a user or a policy by its name and makes a filter of it. */
export function Finder({ onChoose }: FinderProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(0);
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(pause.current), []);
  const { state } = useLoaded(q === '' ? null : q, (signal) =>
    ask('GET /flex/overview', { query: { q, pageSize: ROWS_COUNT }, signal }),
  );
  const rows = q === '' || state.kind !== 'ready' ? [] : state.value.data;
  const shown = isOpen && q !== '' ? suggestionsOf(q, rows) : [];

  const type = (typed: string): void => {
    setText(typed);
    setActive(0);
    setIsOpen(true);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
  };
  const choose = (suggestion: Suggestion): void => {
    clearTimeout(pause.current);
    setText('');
    setQ('');
    setIsOpen(false);
    onChoose(suggestion.filter, suggestion.id);
  };
  const press = (event: KeyboardEvent): void => {
    const chosen = shown[active];
    if (event.key === 'Escape') setIsOpen(false);
    else if (event.key === 'Enter' && chosen !== undefined) choose(chosen);
    else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, shown.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
  };
  // The list is not the browser's own, which would give the field its role by itself.
  const combobox = {
    role: 'combobox',
    list: undefined,
    'aria-expanded': shown.length > 0,
    'aria-controls': `${id}-list`,
    'aria-autocomplete': 'list',
    'aria-activedescendant': shown.length > 0 ? `${id}-${active}` : undefined,
  } as const;
  return (
    <div class="finder">
      <label for={id} class="unseen">
        {t.find}
      </label>
      <span class="search-input">
        <Icon name="search" />
        <input
          id={id}
          type="search"
          {...combobox}
          autoComplete="off"
          spellcheck={false}
          placeholder={t.find}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={press}
          onBlur={() => setIsOpen(false)}
        />
      </span>
      <div id={`${id}-list`} role="listbox" aria-label={t.found} class="found" hidden={shown.length === 0}>
        {shown.map((suggestion, index) => (
          <div
            key={`${suggestion.filter} ${suggestion.id}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Before the field loses the focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(suggestion);
            }}
          >
            <span class="muted small">{t.filters[suggestion.filter]}</span>
            <span>{suggestion.name}</span>
            {suggestion.note !== '' && <span class="muted small">{suggestion.note}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}
