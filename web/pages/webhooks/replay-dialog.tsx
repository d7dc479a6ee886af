import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { nowMs } from '../../data/clock.ts';
import { issueAt } from '../../data/issues.ts';
import { useAction } from '../../data/use-action.ts';
import { count } from '../../format/numbers.ts';
import { browserZone } from '../../format/times.ts';
import { fromLocalInput, toLocalInput } from '../../format/zone.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { tell } from '../../parts/toasts.tsx';
import { words } from '../../words.ts';

interface ReplayDialogProps {
  readonly webhookId: string;
  readonly onClose: () => void;
  readonly onReplayed: () => void;
}

const HOUR_MS = 3_600_000;
const AGO_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
const t = words.webhooks;

/** Delivers once more what was delivered since a time. */
export function ReplayDialog({ webhookId, onClose, onReplayed }: ReplayDialogProps) {
  const ago = (ms: number): string => toLocalInput(nowMs() - ms, browserZone);
  const [from, setFrom] = useState(() => ago(AGO_MS.hour));
  const [isTried, setIsTried] = useState(false);
  const { isBusy, error, run } = useAction();
  const atMs = fromLocalInput(from, browserZone);

  const replay = (): void => {
    setIsTried(true);
    if (atMs === null) return;
    void run(async () => {
      const { events } = await ask('POST /webhooks/{webhookId}/replay', {
        path: { webhookId },
        body: { from: new Date(atMs).toISOString() },
      });
      tell(events === 0 ? t.replayedNone : t.replayed(t.eventCount(events, count(events))));
      onReplayed();
    });
  };
  return (
    <Dialog title={t.replayTitle} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          replay();
        }}
      >
        <p class="muted">{t.replayLead}</p>
        <Refusal error={error} fields={['from']} />
        <Field
          label={t.replayFrom}
          hint={t.replayFromHint(browserZone)}
          error={isTried && atMs === null ? t.replayMissing : issueAt(error, 'from')}
        >
          {(ids) => (
            <input
              {...ids}
              type="datetime-local"
              required
              value={from}
              onInput={(event) => setFrom(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="quick">
          {(['hour', 'day', 'week'] as const).map((name) => (
            <Button key={name} size="small" onClick={() => setFrom(ago(AGO_MS[name]))}>
              {t.replayAgo[name]}
            </Button>
          ))}
        </div>
        <div class="actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button look="primary" isSubmit isBusy={isBusy}>
            {t.replayDo}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
