import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import type { Session } from '../../data/types.ts';
import { useSubmit } from '../../data/use-submit.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { words } from '../../words.ts';
import { LevelField } from './level-field.tsx';
import type { SessionView } from './load-session.ts';

export interface OverrideProps {
  readonly view: SessionView;
  readonly onClose: () => void;
  readonly onChanged: (session: Session, text: string) => void;
}

/** Charges to a level without waiting for a price. */
export function ChargeNow({ view, onClose, onChanged }: OverrideProps) {
  const { session } = view;
  const [level, setLevel] = useState(String(session.target.latest?.minimumChargeTarget ?? 80));
  const submit = useSubmit(async () => {
    const body = { type: 'IMMEDIATE_START', minimumChargeTarget: Number(level) } as const;
    const path = { sessionId: session.id };
    onChanged(await ask('PUT /flex/sessions/{sessionId}/target', { path, body }), words.session.changed);
  });
  return (
    <Dialog title={words.session.nowTitle} onClose={onClose}>
      <form onSubmit={submit.onSubmit}>
        <p class="muted">{words.session.nowLead}</p>
        <Refusal error={submit.error} />
        <LevelField value={level} onChange={setLevel} />
        <div class="actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button look="primary" isSubmit isBusy={submit.isBusy}>
            {words.session.start}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
