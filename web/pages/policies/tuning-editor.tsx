import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { words } from '../../words.ts';
import type { PolicyDraft } from './draft.ts';
import { shownIn, typedIn } from './typed.ts';

interface TuningEditorProps {
  readonly draft: PolicyDraft;
  /** Of the location's prices; null where it has none. */
  readonly currency: string | null;
  readonly errorAt: (path: string) => string | null;
  readonly onChange: (change: Partial<PolicyDraft>) => void;
}

const t = words.policies;

/** What most policies leave as it is. */
export function TuningEditor({ draft, currency, errorAt, onChange }: TuningEditorProps) {
  const figure = (
    name: 'opportunisticPrice' | 'preconditionMinutes' | 'startCost' | 'minRunMinutes',
    unit: string,
    step: string,
  ) => (
    <Field label={t.settings[name]} hint={t.settingHints[name]} error={errorAt(name)}>
      {(ids) => (
        <span class={name === 'opportunisticPrice' ? 'with-unit wide-unit' : 'with-unit'}>
          <input
            {...ids}
            type="number"
            step={step}
            inputMode="decimal"
            placeholder={name === 'opportunisticPrice' ? t.off : undefined}
            value={shownIn(draft[name])}
            onInput={(event) => onChange({ [name]: typedIn(event.currentTarget) })}
          />
          <span aria-hidden="true">{unit}</span>
        </span>
      )}
    </Field>
  );
  return (
    <div class="tuning">
      {figure('opportunisticPrice', t.perKwh(currency), '0.001')}
      {figure('preconditionMinutes', t.minutes, '1')}
      {figure('minRunMinutes', t.minutes, '1')}
      {figure('startCost', currency ?? '', '0.01')}
      <div class="field">
        <span class="label">{t.settings.prefer}</span>
        <div>
          <Choice
            label={t.settings.prefer}
            value={draft.prefer}
            options={[
              { value: 'late', name: t.prefers.late },
              { value: 'early', name: t.prefers.early },
            ]}
            onChoose={(prefer) => onChange({ prefer })}
          />
        </div>
        <p class="hint">{t.settingHints.prefer}</p>
      </div>
    </div>
  );
}
