import { useEffect, useRef } from 'preact/hooks';
import { liveState } from '../data/live.ts';
import { useStore } from '../data/store.ts';
import { Icon } from '../parts/icon.tsx';
import { tell } from '../parts/toasts.tsx';
import { words } from '../words.ts';

/** Says when the service is away, and when it is back. */
export function AwayBanner() {
  const state = useStore(liveState);
  const wasAway = useRef(false);
  useEffect(() => {
    if (state === 'away') wasAway.current = true;
    if (state === 'live' && wasAway.current) {
      wasAway.current = false;
      tell(words.shell.back);
    }
  }, [state]);
  return (
    <div role="status">
      {state === 'away' && (
        <p class="banner">
          <Icon name="warning" />
          {words.shell.away}
        </p>
      )}
    </div>
  );
}
