import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import type { Webhook, WebhookTestResult } from '../../data/types.ts';
import { useAction } from '../../data/use-action.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { usePoll } from '../../data/use-poll.ts';
import { count } from '../../format/numbers.ts';
import type { PageProps } from '../../pages.ts';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Broken, explain, Skeleton } from '../../parts/states.tsx';
import { tell } from '../../parts/toasts.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { DeliveryLog } from './delivery-log.tsx';
import { HealthBadge } from './health.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { makeSecret } from './secret.ts';
import { ShownOnce } from './shown-once.tsx';
import { TestResult } from './test-result.tsx';
import { Trouble } from './trouble.tsx';
import { UrlText } from './url-text.tsx';
import { WebhookFacts } from './webhook-facts.tsx';
import { WebhookForm } from './webhook-form.tsx';
import './webhooks.css';

const POLL_MS = 2_000;
const t = words.webhooks;

/** One subscription: its health, its log, and what can be done with it. */
export default function WebhookPage({ values, params }: PageProps) {
  const path = { webhookId: values.id ?? '' };
  const { state, reload } = useLoaded(path.webhookId, async (signal) => {
    const [webhook, deliveries] = await Promise.all([
      ask('GET /webhooks/{webhookId}', { path, signal }),
      ask('GET /webhooks/{webhookId}/deliveries', { path, signal }),
    ]);
    return { webhook, deliveries: deliveries.data };
  });
  usePoll(reload, POLL_MS);
  const show = params.get('show') === 'failed' ? 'failed' : 'all';
  if (state.kind === 'loading') return <Skeleton lines={8} />;
  if (state.kind === 'broken') return <Broken error={state.error} onRetry={reload} />;
  const { webhook, deliveries } = state.value;
  const failed = deliveries.filter(({ status }) => status === 'FAILED');
  return (
    <>
      <Head webhook={webhook} onChanged={reload} />
      <Trouble webhook={webhook} deliveries={deliveries} />
      <WebhookFacts webhook={webhook} />
      <section class="log">
        <div class="section-head">
          <div>
            <h2>{t.log}</h2>
            <p class="muted small">{t.logNote}</p>
          </div>
          {failed.length > 0 && (
            <Choice
              label={t.logShow}
              value={show}
              options={[
                { value: 'all', name: t.logShown.all },
                { value: 'failed', name: `${t.logShown.failed} ${count(failed.length)}` },
              ]}
              onChoose={(which) =>
                goTo(hrefOf(`/webhook/${webhook.id}`, { show: which === 'failed' ? which : null }), 'replace')
              }
            />
          )}
        </div>
        {show === 'failed' && failed.length === 0 && <p class="muted">{t.logNoFailures}</p>}
        {(show === 'all' || failed.length > 0) && (
          <DeliveryLog deliveries={show === 'failed' ? failed : deliveries} />
        )}
      </section>
    </>
  );
}

interface HeadProps {
  readonly webhook: Webhook;
  readonly onChanged: () => void;
}

/** Which it is, and its buttons with what they open. */
function Head({ webhook, onChanged }: HeadProps) {
  const path = { webhookId: webhook.id };
  const [open, setOpen] = useState<'edit' | 'rotate' | 'replay' | 'remove' | null>(null);
  const [result, setResult] = useState<WebhookTestResult | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const test = useAction();
  const close = (): void => setOpen(null);

  const sendTest = (): void => {
    setResult(null);
    void test.run(async () => {
      try {
        setResult(await ask('POST /webhooks/{webhookId}/test', { path }));
        onChanged();
      } catch (error) {
        tell(explain(error).title, 'bad');
      }
    });
  };
  const rotate = async (): Promise<void> => {
    const made = makeSecret();
    await ask('PATCH /webhooks/{webhookId}', { path, body: { secret: made } });
    setSecret(made);
    close();
    onChanged();
  };
  const remove = async (): Promise<void> => {
    await ask('DELETE /webhooks/{webhookId}', { path });
    tell(t.removed);
    goTo(hrefOf('/webhooks'));
  };
  return (
    <>
      <a class="back-link" href={hrefOf('/webhooks')}>
        <Icon name="left" />
        {t.back}
      </a>
      <div class="page-head">
        <div class="webhook-title">
          <h1>
            <UrlText url={webhook.url} />
          </h1>
          <HealthBadge webhook={webhook} />
        </div>
        <div class="actions">
          <Button look="primary" isBusy={test.isBusy} onClick={sendTest}>
            {t.test}
          </Button>
          <Button onClick={() => setOpen('replay')}>{t.replay}</Button>
          <Button onClick={() => setOpen('edit')}>{words.common.edit}</Button>
          <Button onClick={() => setOpen('rotate')}>{t.rotate}</Button>
          <Button look="danger" onClick={() => setOpen('remove')}>
            {t.remove}
          </Button>
        </div>
      </div>
      <div role="status">
        {result !== null && <TestResult result={result} onClose={() => setResult(null)} />}
      </div>
      {open === 'edit' && (
        <WebhookForm
          webhook={webhook}
          onClose={close}
          onSaved={() => {
            close();
            tell(t.saved);
            onChanged();
          }}
        />
      )}
      {open === 'replay' && (
        <ReplayDialog
          webhookId={webhook.id}
          onClose={close}
          onReplayed={() => {
            close();
            onChanged();
          }}
        />
      )}
      {open === 'rotate' && (
        <Confirm title={t.rotateTitle} action={t.rotateDo} onConfirm={rotate} onClose={close}>
          <p>{t.rotateLead}</p>
        </Confirm>
      )}
      {open === 'remove' && (
        <Confirm title={t.removeTitle} action={t.removeDo} isDanger onConfirm={remove} onClose={close}>
          <p>{t.removeLead(t.eventCount(webhook.pendingEvents, count(webhook.pendingEvents)))}</p>
        </Confirm>
      )}
      {secret !== null && <ShownOnce title={t.secretTitle} secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}
