import { useId } from 'preact/hooks';
import { Choice } from '../../parts/choice.tsx';
import { words } from '../../words.ts';
import { EVENT_NAMES, type EventName } from './event-names.ts';

interface EventsFieldProps {
  /** Null is all. */
  readonly events: readonly EventName[] | null;
  readonly error: string | null;
  readonly onChange: (events: readonly EventName[] | null) => void;
}

/** All events, or some by name. */
export function EventsField({ events, error, onChange }: EventsFieldProps) {
  const errorId = useId();
  const t = words.webhooks;
  return (
    <div class={error === null ? 'field' : 'field wrong'}>
      <span class="label">{t.events}</span>
      <div>
        <Choice
          label={t.events}
          value={events === null ? 'all' : 'chosen'}
          options={[
            { value: 'all', name: t.eventsWhich.all },
            { value: 'chosen', name: t.eventsWhich.chosen },
          ]}
          onChoose={(which) => onChange(which === 'all' ? null : ['flex:session:updated'])}
        />
      </div>
      {events !== null && (
        <fieldset class="checks" aria-describedby={error === null ? undefined : errorId}>
          <legend class="unseen">{t.eventsWhich.chosen}</legend>
          {EVENT_NAMES.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={events.includes(name)}
                onChange={(event) => {
                  const isOn = event.currentTarget.checked;
                  onChange(EVENT_NAMES.filter((each) => (each === name ? isOn : events.includes(each))));
                }}
              />
              <span>
                {t.eventNames[name]} <code class="muted">{name}</code>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {error !== null && (
        <p class="error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  );
}
