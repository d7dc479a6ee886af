import { Button } from '../../parts/button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { words } from '../../words.ts';

interface ShownOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** The secret, the only time that anybody sees it. */
export function ShownOnce({ title, secret, onClose }: ShownOnceProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words.webhooks.secretLead}</p>
      <CopyField label={words.webhooks.secret} value={secret} />
      <div class="actions">
        <Button look="primary" onClick={onClose}>
          {words.webhooks.secretDone}
        </Button>
      </div>
    </Dialog>
  );
}
