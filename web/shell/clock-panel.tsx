import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { sandboxClock, useNow } from '../data/clock.ts';
import { followSandboxClock, setSandboxSpeed } from '../data/sandbox-clock.ts';
import { useStore } from '../data/store.ts';
import { count } from '../format/numbers.ts';
import { dayAndTime } from '../format/times.ts';
import { Button } from '../parts/button.tsx';
import { explain } from '../parts/states.tsx';
import { tell } from '../parts/toasts.tsx';
import { words } from '../words.ts';

const SPEEDS = [1, 60, 600, 3600];

/** The sandbox's clock: where it stands, pause, and how fast it runs. */
export function ClockPanel({ isDemo }: { readonly isDemo: boolean }) {
  useEffect(followSandboxClock, []);
  const heard = useStore(sandboxClock);
  const now = useNow();
  const [isBusy, setIsBusy] = useState(false);
  const runningSpeed = useRef(600);
  const speedId = useId();
  if (heard === null) return null;
  const { speed } = heard;
  if (speed > 0) runningSpeed.current = speed;

  const set = async (wanted: number): Promise<void> => {
    setIsBusy(true);
    try {
      await setSandboxSpeed(wanted);
    } catch (error) {
      tell(explain(error).title, 'bad');
    } finally {
      setIsBusy(false);
    }
  };
  const speeds = SPEEDS.includes(runningSpeed.current) ? SPEEDS : [...SPEEDS, runningSpeed.current];
  return (
    <section class="clock" aria-label={words.shell.clockOf[isDemo ? 'demo' : 'sandbox']}>
      <p class="small muted">{words.shell.clockOf[isDemo ? 'demo' : 'sandbox']}</p>
      <p class="clock-time">{dayAndTime(now, 'UTC')} UTC</p>
      <div class="clock-controls">
        {speed > 0 ? (
          <Button size="small" icon="pause" isBusy={isBusy} onClick={() => set(0)}>
            {words.shell.pause}
          </Button>
        ) : (
          <Button size="small" icon="play" isBusy={isBusy} onClick={() => set(runningSpeed.current)}>
            {words.shell.run}
          </Button>
        )}
        <label class="unseen" for={speedId}>
          {words.shell.speed}
        </label>
        <select
          id={speedId}
          class="small"
          value={runningSpeed.current}
          onChange={(event) => {
            runningSpeed.current = Number(event.currentTarget.value);
            void set(runningSpeed.current);
          }}
        >
          {speeds.map((each) => (
            <option key={each} value={each}>
              {words.shell.times(count(each))}
            </option>
          ))}
        </select>
      </div>
    </section>
  );
}
