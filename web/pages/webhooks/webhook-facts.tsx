import type { Webhook } from '../../data/types.ts';
import { count } from '../../format/numbers.ts';
import { browserZone, dayAndTime } from '../../format/times.ts';
import { words } from '../../words.ts';
import { Ago } from './ago.tsx';
import { eventsText } from './event-names.ts';

const t = words.webhooks;

/** What a webhook is set to, and how far it has come. */
export function WebhookFacts({ webhook }: { readonly webhook: Webhook }) {
  const { pendingEvents, lastSuccess, format, authentication, createdAt, oldSecretValidUntil } = webhook;
  return (
    <>
      <dl class="facts wide-facts card">
        <div>
          <dt>{t.waiting}</dt>
          <dd class="big" data-value="pending">
            {t.eventCount(pendingEvents, count(pendingEvents))}
          </dd>
        </div>
        <div>
          <dt>{t.lastSuccess}</dt>
          <dd class="big">
            <Ago at={lastSuccess} />
          </dd>
        </div>
        <div>
          <dt>{t.events}</dt>
          <dd>{eventsText(webhook)}</dd>
        </div>
        <div>
          <dt>{t.format}</dt>
          <dd>{t.formats[format]}</dd>
        </div>
        <div>
          <dt>{t.header}</dt>
          <dd>{authentication === null ? t.noHeader : <code>{authentication.headerName}</code>}</dd>
        </div>
        <div>
          <dt>{t.since}</dt>
          <dd>
            <Ago at={createdAt} />
          </dd>
        </div>
      </dl>
      {oldSecretValidUntil !== null && (
        <p class="muted small">{t.bothSecrets(dayAndTime(Date.parse(oldSecretValidUntil), browserZone))}</p>
      )}
    </>
  );
}
