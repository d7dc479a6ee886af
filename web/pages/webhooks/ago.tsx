import { useNow } from '../../data/clock.ts';
import { browserZone, exactTime, relativeTime } from '../../format/times.ts';
import { words } from '../../words.ts';

/** How long ago, or until when; the exact time is its title. Null: never. */
export function Ago({ at }: { readonly at: string | null }) {
  const now = useNow(5_000);
  if (at === null) return <span class="muted">{words.webhooks.never}</span>;
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={exactTime(atMs, browserZone)}>
      {relativeTime(atMs, now)}
    </time>
  );
}
