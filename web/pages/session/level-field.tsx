import { Field } from '../../parts/field.tsx';
import { words } from '../../words.ts';

/** A level in percent: a slider and its figure are one value. */
export function LevelField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label={words.session.toLevel} hint={words.session.levelHint}>
      {(ids) => (
        <div class="level-field">
          <input
            type="range"
            min={0}
            max={100}
            aria-hidden="true"
            tabIndex={-1}
            value={value}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
          <input
            {...ids}
            type="number"
            required
            min={0}
            max={100}
            step={1}
            inputMode="numeric"
            value={value}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        </div>
      )}
    </Field>
  );
}
