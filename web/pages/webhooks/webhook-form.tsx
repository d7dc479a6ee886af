import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { issueAt } from '../../data/issues.ts';
import type { Webhook } from '../../data/types.ts';
import { useAction } from '../../data/use-action.ts';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { words } from '../../words.ts';
import { chosenEvents, type EventName } from './event-names.ts';
import { EventsField } from './events-field.tsx';
import { makeSecret } from './secret.ts';
import { bodyOf, changesOf } from './webhook-changes.ts';

interface WebhookFormProps {
  /** Left out: a new one. */
  readonly webhook?: Webhook;
  readonly onClose: () => void;
  /** The secret of a new one. */
  readonly onSaved: (webhook: Webhook, secret: string | null) => void;
}

const FIELDS = ['url', 'events', 'format', 'authentication'];
const t = words.webhooks;

export function WebhookForm({ webhook: current, onClose, onSaved }: WebhookFormProps) {
  // As it was when the form was opened: the page loads it anew meanwhile, and what is new is no change of this form.
  const [webhook] = useState(current);
  const oldHeader = webhook?.authentication?.headerName ?? '';
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<readonly EventName[] | null>(
    webhook === undefined ? null : chosenEvents(webhook),
  );
  const [format, setFormat] = useState<Webhook['format']>(webhook?.format ?? 'single');
  const [headerName, setHeaderName] = useState(oldHeader);
  const [headerValue, setHeaderValue] = useState('');
  const [isTried, setIsTried] = useState(false);
  const { isBusy, error, run } = useAction();

  const name = headerName.trim();
  const keepsHeader = name.toLowerCase() === oldHeader && headerValue === '';
  const missesValue = name !== '' && headerValue === '' && !keepsHeader;
  const missesEvents = events !== null && events.length === 0;

  const save = async (): Promise<void> => {
    setIsTried(true);
    if (missesValue || missesEvents) return;
    const given = name === '' ? null : { headerName: name, headerValue };
    const authentication = keepsHeader ? undefined : given;
    const draft = { url: url.trim(), events, format, authentication };
    await run(async () => {
      if (webhook !== undefined) {
        const path = { webhookId: webhook.id };
        const body = changesOf(webhook, draft);
        onSaved(await ask('PATCH /webhooks/{webhookId}', { path, body }), null);
        return;
      }
      const secret = makeSecret();
      onSaved(await ask('POST /webhooks', { body: { ...bodyOf(draft), secret } }), secret);
    });
  };
  return (
    <Dialog title={webhook === undefined ? t.add : t.editTitle} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Refusal error={error} fields={FIELDS} />
        <Field label={t.url} hint={t.urlHint} error={issueAt(error, 'url')}>
          {(ids) => (
            <input
              {...ids}
              type="url"
              required
              spellcheck={false}
              placeholder="https://example.com/hooks/tidewatt"
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Field>
        <EventsField
          events={events}
          error={isTried && missesEvents ? t.eventsMissing : issueAt(error, 'events')}
          onChange={setEvents}
        />
        <div class="field">
          <span class="label">{t.format}</span>
          <div>
            <Choice
              label={t.format}
              value={format}
              options={[
                { value: 'single', name: t.formats.single },
                { value: 'batch', name: t.formats.batch },
              ]}
              onChoose={setFormat}
            />
          </div>
          <p class="hint">{t.formatHints[format]}</p>
        </div>
        <div class="pair">
          <Field label={t.header} hint={t.headerHint} error={issueAt(error, 'authentication.headerName')}>
            {(ids) => (
              <input
                {...ids}
                spellcheck={false}
                autoComplete="off"
                autoCapitalize="none"
                value={headerName}
                onInput={(event) => setHeaderName(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label={t.headerValue}
            hint={oldHeader === '' ? undefined : t.headerValueKeep}
            error={
              isTried && missesValue ? t.headerValueMissing : issueAt(error, 'authentication.headerValue')
            }
          >
            {(ids) => (
              <input
                {...ids}
                type="password"
                autoComplete="off"
                value={headerValue}
                onInput={(event) => setHeaderValue(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <div class="actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button look="primary" isSubmit isBusy={isBusy}>
            {webhook === undefined ? t.add : words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
