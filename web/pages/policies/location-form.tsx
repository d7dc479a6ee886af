import { useState } from 'preact/hooks';
import { askTagged, type Tagged } from '../../data/api.ts';
import { issueAt } from '../../data/issues.ts';
import { RefusedError } from '../../data/problem.ts';
import type { Location } from '../../data/types.ts';
import { useAction } from '../../data/use-action.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { words } from '../../words.ts';
import { Globe } from './globe.tsx';
import {
  bodyOf,
  FIELDS,
  type LocationField,
  type LocationTexts,
  missingFigures,
  onTopOf,
  textsOf,
} from './location-texts.ts';
import { shownIn, typedIn } from './typed.ts';

interface LocationFormProps {
  readonly of: { readonly loaded: Tagged<Location> } | { readonly userId: string };
  readonly onClose: () => void;
  readonly onSaved: (location: Location) => void;
}

const t = words.policies.place;

/** A place by its coordinates; a new one of a user, or one that is changed. */
export function LocationForm({ of, onClose, onSaved }: LocationFormProps) {
  const [loaded, setLoaded] = useState('loaded' in of ? of.loaded : null);
  const baseTexts = textsOf(loaded?.value ?? null);
  const [texts, setTexts] = useState(baseTexts);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [theirs, setTheirs] = useState<Tagged<Location> | null>(null);
  const { isBusy, error, run, forget } = useAction();

  const begin = (from: Tagged<Location>, wanted: LocationTexts): void => {
    setLoaded(from);
    setTexts(wanted);
    setTheirs(null);
    setMissing([]);
    forget();
  };

  const save = async (): Promise<void> => {
    const without = missingFigures(texts);
    setMissing(without);
    if (without.length > 0) return;
    const body = bodyOf(texts, loaded?.value ?? null);
    await run(async () => {
      if ('userId' in of) {
        const path = { userId: of.userId };
        onSaved((await askTagged('POST /users/{userId}/locations', { path, body })).value);
        return;
      }
      const path = { locationId: of.loaded.value.id };
      try {
        const header = { 'If-Match': loaded?.etag ?? undefined };
        onSaved((await askTagged('PUT /locations/{locationId}', { path, header, body })).value);
      } catch (cause) {
        if (!(cause instanceof RefusedError) || cause.status !== 412) throw cause;
        setTheirs(await askTagged('GET /locations/{locationId}', { path }));
      }
    });
  };
  const field = (name: LocationField, more: object = {}, unit = '') => (
    <Field
      label={t.fields[name]}
      hint={t.hints[name] || undefined}
      error={missing.includes(name) ? words.policies.figureMissing : issueAt(error, name)}
    >
      {(ids) => (
        <span class="with-unit">
          <input
            {...ids}
            {...more}
            value={shownIn(texts[name])}
            onInput={(event) => setTexts({ ...texts, [name]: typedIn(event.currentTarget) })}
          />
          {unit !== '' && <span aria-hidden="true">{unit}</span>}
        </span>
      )}
    </Field>
  );
  const number = { type: 'number', step: 'any', inputMode: 'decimal' };
  return (
    <Dialog title={loaded === null ? t.addTitle : t.editTitle} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {theirs !== null && (
          <div class="note warn conflict" role="alert">
            <p>
              <strong>{words.policies.conflictTitle}</strong> {t.conflictLead}
            </p>
            <div class="quick">
              <Button onClick={() => begin(theirs, onTopOf(baseTexts, texts, textsOf(theirs.value)))}>
                {words.policies.conflictBoth}
              </Button>
              <Button onClick={() => begin(theirs, textsOf(theirs.value))}>
                {words.policies.conflictTheirs}
              </Button>
            </div>
          </div>
        )}
        <Refusal error={error} fields={FIELDS} />
        {field('name', { maxLength: 200 })}
        <div class="where">
          <div class="pair">
            {field('latitude', number, '°')}
            {field('longitude', number, '°')}
          </div>
          <Globe
            latitude={Number(texts.latitude || Number.NaN)}
            longitude={Number(texts.longitude || Number.NaN)}
          />
        </div>
        <div class="pair">
          {field('timezoneName', { list: 'time-zones', spellcheck: false, autoComplete: 'off' })}
          {field('zone', { spellcheck: false, autoComplete: 'off' })}
        </div>
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <div class="pair">
          {field('maxPower', number, 'kW')}
          {field('chargerPower', number, 'kW')}
        </div>
        <div class="actions">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button look="primary" isSubmit isBusy={isBusy} isDisabled={theirs !== null}>
            {loaded === null ? t.add : words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
