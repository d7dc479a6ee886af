import { makeStore, useStore } from '../data/store.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const SHOWN_FOR_MS = { good: 5_000, bad: 12_000 };
const SHOWN_MAX_COUNT = 3;

const toasts = makeStore<readonly Toast[]>([]);
let lastId = 0;

/** Says something in passing; also to those who listen rather than look. */
export function tell(text: string, tone: Toast['tone'] = 'good'): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get(), { id, text, tone }].slice(-SHOWN_MAX_COUNT));
  setTimeout(() => dismiss(id), SHOWN_FOR_MS[tone]);
}

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <div class={`toast ${tone}`} key={id}>
          <span>{text}</span>
          <Button
            look="quiet"
            size="small"
            icon="close"
            label={words.common.close}
            onClick={() => dismiss(id)}
          />
        </div>
      ))}
    </div>
  );
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}
