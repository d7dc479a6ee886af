import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { nowMs } from '../../data/clock.ts';
import { useSubmit } from '../../data/use-submit.ts';
import { zoneAbbreviation } from '../../format/times.ts';
import { fromLocalInput, toLocalInput } from '../../format/zone.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { words } from '../../words.ts';
import type { OverrideProps } from './charge-now.tsx';
import { LevelField } from './level-field.tsx';

const HOUR_MS = 3_600_000;
const AHEAD_DEFAULT_MS = 8 * HOUR_MS;
const AHEAD_MAX_MS = 7 * 24 * HOUR_MS;

/** Another level, or another time to have it by, for this session. */
export function ChangeTarget({ view, onClose, onChanged }: OverrideProps) {
  const { session, zone } = view;
  const { latest } = session.target;
  const now = nowMs();
  const readyByFirstMs = latest?.type === 'REGULAR' ? Date.parse(latest.readyBy) : now + AHEAD_DEFAULT_MS;
  const [level, setLevel] = useState(String(latest?.minimumChargeTarget ?? 80));
  const [readyBy, setReadyBy] = useState(toLocalInput(readyByFirstMs, zone));
  const readyByMs = fromLocalInput(readyBy, zone);
  const submit = useSubmit(async () => {
    if (readyByMs === null) return;
    const body = {
      type: 'REGULAR',
      minimumChargeTarget: Number(level),
      readyBy: new Date(readyByMs).toISOString(),
    } as const;
    const path = { sessionId: session.id };
    onChanged(await ask('PUT /flex/sessions/{sessionId}/target', { path, body }), words.session.changed);
  });
  return (
    <Dialog title={words.session.changeTitle} onClose={onClose}>
      <form onSubmit={submit.onSubmit}>
        <p class="muted">{words.session.changeLead}</p>
        <Refusal error={submit.error} />
        <LevelField value={level} onChange={setLevel} />
        <Field
          label={words.session.readyBy}
          hint={words.session.readyByHint(`${zone} (${zoneAbbreviation(readyByMs ?? now, zone)})`)}
          error={readyByMs === null ? words.session.readyByMissing : null}
        >
          {(ids) => (
            <input
              {...ids}
              type="datetime-local"
              required
              min={toLocalInput(now, zone)}
              max={toLocalInput(now + AHEAD_MAX_MS, zone)}
              value={readyBy}
              onInput={(event) => setReadyBy(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button look="primary" isSubmit isBusy={submit.isBusy}>
            {words.session.apply}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
