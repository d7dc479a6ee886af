import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import type { Webhook } from '../../data/types.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { usePoll } from '../../data/use-poll.ts';
import { count } from '../../format/numbers.ts';
import type { PageProps } from '../../pages.ts';
import { Button } from '../../parts/button.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Broken, Empty, Skeleton } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { Ago } from './ago.tsx';
import { eventsText } from './event-names.ts';
import { HealthBadge } from './health.tsx';
import { ShownOnce } from './shown-once.tsx';
import { UrlText } from './url-text.tsx';
import { WebhookForm } from './webhook-form.tsx';
import './webhooks.css';

const POLL_MS = 3_000;

/** Every subscription, with its health. */
export default function WebhooksPage({ params }: PageProps) {
  const cursor = { after: params.get('after') ?? undefined, before: params.get('before') ?? undefined };
  const { state, reload } = useLoaded(`webhooks ${cursor.after} ${cursor.before}`, (signal) =>
    ask('GET /webhooks', { signal, query: cursor }),
  );
  usePoll(reload, POLL_MS);
  const [isAdding, setIsAdding] = useState(false);
  const [added, setAdded] = useState<{ readonly webhook: Webhook; readonly secret: string } | null>(null);
  const add = (
    <Button look="primary" icon="plus" onClick={() => setIsAdding(true)}>
      {words.webhooks.add}
    </Button>
  );
  const isEmpty = state.kind === 'ready' && state.value.data.length === 0;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{words.webhooks.title}</h1>
          <p class="muted">{words.webhooks.lead}</p>
        </div>
        {!isEmpty && add}
      </div>
      {state.kind === 'loading' && <Skeleton lines={4} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={reload} />}
      {state.kind === 'ready' && isEmpty && (
        <Empty icon="webhook" title={words.webhooks.empty}>
          <p>{words.webhooks.emptyNext}</p>
          {add}
        </Empty>
      )}
      {state.kind === 'ready' && !isEmpty && (
        <>
          <Table
            caption={words.webhooks.title}
            rows={state.value.data}
            keyOf={({ id }) => id}
            hrefOf={({ id }) => hrefOf(`/webhook/${id}`)}
            isStale={state.isStale}
            columns={[
              { name: words.webhooks.columns.url, cell: ({ url }) => <UrlText url={url} /> },
              { name: words.webhooks.columns.health, cell: (webhook) => <HealthBadge webhook={webhook} /> },
              { name: words.webhooks.columns.events, cell: eventsText, isWide: true },
              {
                name: words.webhooks.columns.pending,
                cell: ({ pendingEvents }) => count(pendingEvents),
                isNumber: true,
              },
              {
                name: words.webhooks.columns.lastSuccess,
                cell: ({ lastSuccess }) => (
                  <span class="number">
                    <Ago at={lastSuccess} />
                  </span>
                ),
                isWide: true,
              },
            ]}
          />
          <Pager pagination={state.value.pagination} onGo={(to) => goTo(hrefOf('/webhooks', { ...to }))} />
        </>
      )}
      {isAdding && (
        <WebhookForm
          onClose={() => setIsAdding(false)}
          onSaved={(webhook, secret) => {
            setIsAdding(false);
            if (secret !== null) setAdded({ webhook, secret });
            reload();
          }}
        />
      )}
      {added !== null && (
        <ShownOnce
          title={words.webhooks.created}
          secret={added.secret}
          onClose={() => goTo(hrefOf(`/webhook/${added.webhook.id}`))}
        />
      )}
    </>
  );
}
