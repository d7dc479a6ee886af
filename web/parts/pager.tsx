import type { Page } from '../data/types.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';

/** Which page of a list: cursors as the API gives them. */
export interface Cursor {
  readonly after?: string | null;
  readonly before?: string | null;
}

interface PagerProps {
  readonly pagination: Page<unknown>['pagination'];
  readonly onGo: (cursor: Cursor) => void;
  /** Default: previous and next. */
  readonly names?: { readonly back: string; readonly on: string };
}

/** Both ways; nothing at all where everything is on one page. */
export function Pager({ pagination: { after, before }, onGo, names }: PagerProps) {
  if (after === null && before === null) return null;
  return (
    <nav class="pager" aria-label={words.pager.label}>
      <Button icon="left" isDisabled={before === null} onClick={() => onGo({ before })}>
        {names?.back ?? words.pager.previous}
      </Button>
      <Button icon="right" isDisabled={after === null} onClick={() => onGo({ after })}>
        {names?.on ?? words.pager.next}
      </Button>
    </nav>
  );
}
