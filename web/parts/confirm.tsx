import type { ComponentChildren } from 'preact';
import { useAction } from '../data/use-action.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Refusal } from './refusal.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What the button does, such as "Delete webhook". */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  /** What will happen. */
  readonly children: ComponentChildren;
}

/** Asks before what cannot be undone. Whoever opened it closes it when it went well. */
export function Confirm({ title, action, isDanger, onConfirm, onClose, children }: ConfirmProps) {
  const { isBusy, error, run } = useAction();
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Refusal error={error} />
      <div class="actions">
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button look={isDanger ? 'danger' : 'primary'} isBusy={isBusy} onClick={() => void run(onConfirm)}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
