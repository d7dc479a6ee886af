import { Button } from '../../parts/button.tsx';
import { words } from '../../words.ts';
import type { DraftPart } from './draft.ts';
import { WEEKDAYS } from './weekdays.ts';

interface ConflictProps {
  /** What somebody else has changed. */
  readonly parts: readonly DraftPart[];
  readonly onTheirs: () => void;
  readonly onBoth: () => void;
}

const t = words.policies;

/** Somebody else changed the policy since it was opened: what, and how to go on. */
export function Conflict({ parts, onTheirs, onBoth }: ConflictProps) {
  return (
    <div class="note warn conflict" role="alert">
      <p>
        <strong>{t.conflictTitle}</strong> {t.conflictLead}
      </p>
      <p>{parts.length === 0 ? t.conflictNothing : t.conflictParts(parts.map(nameOf).join(', '))}</p>
      <div class="quick">
        <Button onClick={onBoth}>{t.conflictBoth}</Button>
        <Button onClick={onTheirs}>{t.conflictTheirs}</Button>
      </div>
    </div>
  );
}

function nameOf(part: DraftPart): string {
  const weekday = WEEKDAYS.find((each) => each === part);
  if (weekday !== undefined) return t.weekdays[weekday];
  return t.settings[part as Exclude<DraftPart, (typeof WEEKDAYS)[number]>];
}
