import { useState } from 'preact/hooks';
import { askTagged, type Tagged } from '../../data/api.ts';
import { issueAt } from '../../data/issues.ts';
import { RefusedError } from '../../data/problem.ts';
import type { Location, LocationIn } from '../../data/types.ts';
import { useAction } from '../../data/use-action.ts';
import { browserZone } from '../../format/times.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { words } from '../../words.ts';
import { Globe } from './globe.tsx';

interface LocationFormProps {
  readonly of: { readonly loaded: Tagged<Location> } | { readonly userId: string };
  readonly onClose: () => void;
  readonly onSaved: (location: Location) => void;
}

type Texts = Readonly<Record<(typeof FIELDS)[number], string>>;

const FIELDS = ['name', 'latitude', 'longitude', 'timezoneName', 'zone', 'maxPower', 'chargerPower'] as const;
const NUMBERS = ['latitude', 'longitude'] as const;
const t = words.policies.place;

/** A place by its coordinates; a new one of a user, or one that is changed. */
export function LocationForm({ of, onClose, onSaved }: LocationFormProps) {
  const [loaded, setLoaded] = useState('loaded' in of ? of.loaded : null);
  const [texts, setTexts] = useState<Texts>(() => textsOf(loaded?.value ?? null));
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [isOther, setIsOther] = useState(false);
  const { isBusy, error, run, forget } = useAction();

  const save = async (): Promise<void> => {
    const without = NUMBERS.filter((name) => texts[name].trim() === '' || Number.isNaN(Number(texts[name])));
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
        setLoaded(await askTagged('GET /locations/{locationId}', { path }));
        setIsOther(true);
      }
    });
  };
  const field = (name: (typeof FIELDS)[number], more: object = {}, unit = '') => (
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
            value={texts[name]}
            onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
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
        {isOther && loaded !== null && (
          <div class="note warn conflict" role="alert">
            <p>
              <strong>{words.policies.conflictTitle}</strong> {t.conflictLead}
            </p>
            <div class="quick">
              <Button onClick={() => setIsOther(false)}>{t.conflictMine}</Button>
              <Button
                onClick={() => {
                  setTexts(textsOf(loaded.value));
                  setIsOther(false);
                  forget();
                }}
              >
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
          <Button look="primary" isSubmit isBusy={isBusy} isDisabled={isOther}>
            {loaded === null ? t.add : words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function textsOf(location: Location | null): Texts {
  const text = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return {
    name: location?.name ?? '',
    latitude: text(location?.latitude),
    longitude: text(location?.longitude),
    timezoneName: location?.timezoneName ?? browserZone,
    zone: location?.zone ?? '',
    maxPower: text(location?.maxPower),
    chargerPower: text(location?.chargerPower),
  };
}

/** A PUT is whole: what the form does not show stays as it is. */
function bodyOf(texts: Texts, old: Location | null): LocationIn {
  const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));
  return {
    name: texts.name.trim(),
    latitude: Number(texts.latitude),
    longitude: Number(texts.longitude),
    timezoneName: texts.timezoneName.trim(),
    zone: texts.zone.trim() || null,
    area: old?.area ?? null,
    maxPower: numberOrNull(texts.maxPower),
    chargerPower: numberOrNull(texts.chargerPower),
  };
}
