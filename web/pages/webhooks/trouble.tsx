import type { Webhook, WebhookDelivery } from '../../data/types.ts';
import { count } from '../../format/numbers.ts';
import { sentence } from '../../format/sentence.ts';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';
import { Ago } from './ago.tsx';

const t = words.webhooks;

interface TroubleProps {
  readonly webhook: Webhook;
  /** The newest first. */
  readonly deliveries: readonly WebhookDelivery[];
}

/** What is wrong with a webhook, since when, and what happens next; nothing where nothing is. */
export function Trouble({ webhook, deliveries }: TroubleProps) {
  if (!webhook.isActive) {
    return (
      <p class="note bad trouble">
        <strong>{t.offTitle}</strong> {sentence(webhook.inactiveReason)} {t.offNext}
      </p>
    );
  }
  if (webhook.nextAttemptAt === null) return null;
  const failures = failuresInRow(deliveries);
  const [last, first] = [failures[0], failures.at(-1)];
  return (
    <p class="note warn trouble">
      {first !== undefined && last !== undefined && (
        <>
          <strong>
            {t.failingSince} <Time at={first.attemptedAt} />
          </strong>
          {`, ${t.failingTries(failures.length, count(failures.length))}. `}
          {sentence(last.error)}{' '}
        </>
      )}
      {t.nextTry} <Ago at={webhook.nextAttemptAt} />.
    </p>
  );
}

/** The failures since the last success. A test says nothing about the events that wait. */
function failuresInRow(deliveries: readonly WebhookDelivery[]): readonly WebhookDelivery[] {
  const real = deliveries.filter(({ kind }) => kind !== 'test');
  const successAt = real.findIndex(({ status }) => status === 'DELIVERED');
  return successAt < 0 ? real : real.slice(0, successAt);
}
