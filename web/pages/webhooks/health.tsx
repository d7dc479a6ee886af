import type { Webhook } from '../../data/types.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { words } from '../../words.ts';

type Health = keyof typeof words.webhooks.health;

const TONES: Readonly<Record<Health, Tone>> = { off: 'bad', failing: 'warn', waiting: 'plain', good: 'good' };

function healthOf({ isActive, nextAttemptAt, lastSuccess }: Webhook): Health {
  if (!isActive) return 'off';
  if (nextAttemptAt !== null) return 'failing';
  return lastSuccess === null ? 'waiting' : 'good';
}

export function HealthBadge({ webhook }: { readonly webhook: Webhook }) {
  const health = healthOf(webhook);
  return <Badge tone={TONES[health]}>{words.webhooks.health[health]}</Badge>;
}
