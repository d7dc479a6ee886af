import { useState } from 'preact/hooks';
import { askTagged, type Tagged } from '../../data/api.ts';
import { issueAt } from '../../data/issues.ts';
import { RefusedError } from '../../data/problem.ts';
import type { Location, Policy } from '../../data/types.ts';
import { useAction } from '../../data/use-action.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { tell } from '../../parts/toasts.tsx';
import { words } from '../../words.ts';
import { Conflict } from './conflict.tsx';
import {
  FIGURES,
  missingFigures,
  onTopOf,
  type PolicyDraft,
  partsChanged,
  patchOf,
  toDraft,
} from './draft.ts';
import { RestrictionsEditor } from './restrictions-editor.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';
import { TuningEditor } from './tuning-editor.tsx';
import { WeekChart } from './week-chart.tsx';

interface PolicyFormProps {
  /** As it was loaded. */
  readonly loaded: Tagged<Policy>;
  readonly location: Location;
  readonly currency: string | null;
  readonly onSaved: () => void;
}

const SHOWN = ['schedule', 'restrictionSchedule', 'opportunisticPrice', ...FIGURES];
const t = words.policies;

/** Everything that a policy says, to be changed and saved as one. */
export function PolicyForm({ loaded, location, currency, onSaved }: PolicyFormProps) {
  const [base, setBase] = useState(loaded);
  const [draft, setDraft] = useState(() => toDraft(loaded.value));
  const [theirs, setTheirs] = useState<Tagged<Policy> | null>(null);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const { isBusy, error, run, forget } = useAction();
  const baseDraft = toDraft(base.value);
  const isChanged = partsChanged(baseDraft, draft).length > 0;
  const path = { policyId: base.value.id };

  const begin = (from: Tagged<Policy>, wanted: PolicyDraft): void => {
    setBase(from);
    setDraft(wanted);
    setTheirs(null);
    setMissing([]);
    forget();
  };
  const change = (part: Partial<PolicyDraft>): void => setDraft((old) => ({ ...old, ...part }));
  const errorAt = (at: string): string | null =>
    missing.includes(at) ? t.figureMissing : issueAt(error, at);

  const save = async (): Promise<void> => {
    const without = missingFigures(draft);
    setMissing(without);
    if (without.length > 0) return;
    await run(async () => {
      try {
        const saved = await askTagged('PATCH /flex/vehicle-policies/{policyId}', {
          path,
          header: { 'If-Match': base.etag ?? undefined },
          body: patchOf(baseDraft, draft),
        });
        begin(saved, toDraft(saved.value));
        tell(t.saved);
        onSaved();
      } catch (cause) {
        if (!(cause instanceof RefusedError) || cause.status !== 412) throw cause;
        // Somebody else was faster: nothing is written before a person has seen it.
        setTheirs(await askTagged('GET /flex/vehicle-policies/{policyId}', { path }));
      }
    });
  };
  return (
    <form
      noValidate
      class="policy-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {theirs !== null && (
        <Conflict
          parts={partsChanged(baseDraft, toDraft(theirs.value))}
          onTheirs={() => begin(theirs, toDraft(theirs.value))}
          onBoth={() => begin(theirs, onTopOf(baseDraft, draft, toDraft(theirs.value)))}
        />
      )}
      <Refusal error={error} fields={SHOWN} />
      <section class="card">
        <h2>{t.schedule}</h2>
        <p class="muted small">{t.scheduleLead(location.timezoneName)}</p>
        <ScheduleEditor
          schedule={draft.schedule}
          errorAt={errorAt}
          onChange={(schedule) => change({ schedule })}
        />
        <WeekChart draft={draft} />
      </section>
      <section class="card">
        <h2>{t.restrictions}</h2>
        <p class="muted small">{t.restrictionsLead}</p>
        <RestrictionsEditor
          windows={draft.restrictionSchedule}
          errorAt={errorAt}
          onChange={(restrictionSchedule) => change({ restrictionSchedule })}
        />
      </section>
      <section class="card">
        <h2>{t.tuning}</h2>
        <div class="tuning">
          <Field
            label={t.settings.batteryReserve}
            hint={t.settingHints.batteryReserve}
            error={errorAt('batteryReserve')}
          >
            {(ids) => (
              <span class="with-unit">
                <input
                  {...ids}
                  type="number"
                  min="0"
                  max="100"
                  step="1"
                  inputMode="numeric"
                  value={draft.batteryReserve}
                  onInput={(event) => change({ batteryReserve: event.currentTarget.value })}
                />
                <span aria-hidden="true">%</span>
              </span>
            )}
          </Field>
          <TuningEditor draft={draft} currency={currency} errorAt={errorAt} onChange={change} />
        </div>
      </section>
      {isChanged && (
        <div class="save-bar">
          <p>{t.unsaved}</p>
          <Button onClick={() => begin(base, baseDraft)}>{t.discard}</Button>
          <Button look="primary" isSubmit isBusy={isBusy} isDisabled={theirs !== null}>
            {words.common.save}
          </Button>
        </div>
      )}
    </form>
  );
}
