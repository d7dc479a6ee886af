import type { WebhookDelivery } from '../../data/types.ts';
import { count, took } from '../../format/numbers.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';

const t = words.webhooks;

/** The last tries; each opens to what was answered. */
export function DeliveryLog({ deliveries }: { readonly deliveries: readonly WebhookDelivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Empty icon="webhook" title={t.logEmpty}>
        <p>{t.logEmptyNext}</p>
      </Empty>
    );
  }
  return (
    <ol class="deliveries">
      {deliveries.map((delivery) => (
        // One try a row: a delivery is tried again under the same id.
        <li key={`${delivery.deliveryId} ${delivery.attemptedAt}`}>
          <Delivery delivery={delivery} />
        </li>
      ))}
    </ol>
  );
}

function Delivery({ delivery }: { readonly delivery: WebhookDelivery }) {
  const { status, responseStatus, kind, attemptedAt, tookMs, eventIds, error } = delivery;
  const many = eventIds.length;
  return (
    <details>
      <summary>
        <Badge tone={status === 'DELIVERED' ? 'good' : 'bad'}>{responseStatus ?? t.noAnswer}</Badge>
        <span class="what">
          {kind === 'events' && many > 0 ? t.eventCount(many, count(many)) : t.kinds[kind]}
          {error !== null && <span class="muted"> · {error}</span>}
        </span>
        <span class="took muted number">{took(tookMs)}</span>
        <span class="when number">
          <Time at={attemptedAt} />
        </span>
      </summary>
      <DeliveryDetails delivery={delivery} />
    </details>
  );
}

function DeliveryDetails({ delivery }: { readonly delivery: WebhookDelivery }) {
  const { deliveryId, status, error, response, responseStatus, attemptedAt, tookMs, eventIds } = delivery;
  const d = t.delivery;
  return (
    <div class="delivery">
      <dl class="facts">
        <Fact name={d.status}>
          {t.deliveryStatus[status]}
          {responseStatus !== null && ` · ${responseStatus}`}
        </Fact>
        {error !== null && <Fact name={d.error}>{error}</Fact>}
        <Fact name={d.at}>
          <Time at={attemptedAt} as="exact" />
        </Fact>
        <Fact name={d.took}>{took(tookMs)}</Fact>
        <Fact name={d.id}>
          <code>{deliveryId}</code>
        </Fact>
        {eventIds.length > 0 && (
          <Fact name={d.eventIds}>
            <code>{eventIds.join(' ')}</code>
          </Fact>
        )}
      </dl>
      <h3>{d.response}</h3>
      {response ? <pre>{response}</pre> : <p class="muted">{d.noBody}</p>}
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
