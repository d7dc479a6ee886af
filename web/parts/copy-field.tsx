import { useId, useRef, useState } from 'preact/hooks';
import { words } from '../words.ts';
import { Button } from './button.tsx';

/** A text to take along. Where the browser lets no page copy (plain http), it is selected instead. */
export function CopyField({ label, value }: { readonly label: string; readonly value: string }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (): Promise<void> => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setIsCopied(true);
    } catch {
      // It stays selected for the keyboard.
    }
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copy-field">
        <input
          id={id}
          ref={input}
          readOnly
          class="mono"
          value={value}
          onFocus={() => input.current?.select()}
        />
        <Button icon={isCopied ? 'check' : 'copy'} onClick={() => void copy()}>
          {isCopied ? words.common.copied : words.common.copy}
        </Button>
      </div>
    </div>
  );
}
