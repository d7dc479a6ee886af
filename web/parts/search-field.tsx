import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface SearchFieldProps {
  readonly label: string;
  /** Its label stands in the empty field. */
  readonly isBare?: boolean;
  readonly hint?: string;
  readonly value: string;
  /** After a pause in typing, and at once on Enter. */
  readonly onSearch: (text: string) => void;
}

const PAUSE_MS = 200;

/** A text to look for. */
export function SearchField({ label, isBare, hint, value, onSearch }: SearchFieldProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value]);
  useEffect(() => () => clearTimeout(pause.current), []);
  const search = (wanted: string): void => {
    clearTimeout(pause.current);
    onSearch(wanted.trim());
  };
  return (
    <div class="field search-field">
      <label for={id} class={isBare ? 'unseen' : undefined}>
        {label}
      </label>
      <span class="search-input">
        <Icon name="search" />
        <input
          id={id}
          type="search"
          autoComplete="off"
          spellcheck={false}
          placeholder={isBare ? label : undefined}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          value={text}
          onInput={(event) => {
            const typed = event.currentTarget.value;
            setText(typed);
            clearTimeout(pause.current);
            pause.current = setTimeout(() => search(typed), PAUSE_MS);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            search(event.currentTarget.value);
          }}
        />
      </span>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
