import { useState } from 'preact/hooks';
import type { Tagged } from '../../data/api.ts';
import { useNow } from '../../data/clock.ts';
import type { Location } from '../../data/types.ts';
import { degrees, kw } from '../../format/numbers.ts';
import { timeOfDay, zoneAbbreviation } from '../../format/times.ts';
import { Button } from '../../parts/button.tsx';
import { tell } from '../../parts/toasts.tsx';
import { words } from '../../words.ts';
import { LocationForm } from './location-form.tsx';

interface LocationCardProps {
  readonly loaded: Tagged<Location>;
  readonly onChanged: () => void;
}

const t = words.policies.place;

/** The place of a policy, and a form to change it. */
export function LocationCard({ loaded, onChanged }: LocationCardProps) {
  const [isOpen, setIsOpen] = useState(false);
  const now = useNow(10_000);
  const { name, latitude, longitude, timezoneName, zone, maxPower, chargerPower } = loaded.value;
  return (
    <section class="card">
      <div class="section-head">
        <h2>{name}</h2>
        <Button size="small" onClick={() => setIsOpen(true)}>
          {t.edit}
        </Button>
      </div>
      <dl class="facts">
        <div>
          <dt>{t.coordinates}</dt>
          <dd>
            {degrees(latitude, t.north, t.south)} {degrees(longitude, t.east, t.west)}
          </dd>
        </div>
        <div>
          <dt>{t.fields.timezoneName}</dt>
          <dd>
            {timezoneName}
            <span class="muted">
              {' '}
              · {timeOfDay(now, timezoneName)} {zoneAbbreviation(now, timezoneName)}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t.fields.zone}</dt>
          <dd>{zone ?? <span class="muted">{t.noZone}</span>}</dd>
        </div>
        <div>
          <dt>{t.fields.maxPower}</dt>
          <dd>{maxPower === null ? <span class="muted">{t.noLimit}</span> : kw(maxPower)}</dd>
        </div>
        <div>
          <dt>{t.fields.chargerPower}</dt>
          <dd>{chargerPower === null ? <span class="muted">{t.learned}</span> : kw(chargerPower)}</dd>
        </div>
      </dl>
      {isOpen && (
        <LocationForm
          of={{ loaded }}
          onClose={() => setIsOpen(false)}
          onSaved={() => {
            setIsOpen(false);
            tell(t.saved);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
