import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { words } from '../../words.ts';
import type { WindowDraft } from './draft.ts';
import { WEEKDAYS } from './weekdays.ts';

type Window = WindowDraft['window'];

interface RestrictionsEditorProps {
  readonly windows: readonly WindowDraft[];
  readonly errorAt: (path: string) => string | null;
  readonly onChange: (windows: readonly WindowDraft[]) => void;
}

/** A grid tariff's dear hours, the likeliest reason. */
const FIRST_WINDOW: Window = {
  type: 'GRID_TARIFF',
  startTime: '17:00',
  endTime: '20:00',
  weekdays: [0, 1, 2, 3, 4],
};
const t = words.policies;

/** Weekly windows without smart charging. */
export function RestrictionsEditor({ windows, errorAt, onChange }: RestrictionsEditorProps) {
  return (
    <div class="windows">
      {windows.length === 0 && <p class="muted">{t.noWindows}</p>}
      {windows.map(({ key, window }, index) => (
        <WindowFields
          key={key}
          window={window}
          number={index + 1}
          errorAt={(path) => errorAt(`restrictionSchedule.${index}${path}`)}
          onChange={(changed) => onChange(windows.with(index, { key, window: changed }))}
          onRemove={() => onChange(windows.toSpliced(index, 1))}
        />
      ))}
      <div>
        <Button
          size="small"
          icon="plus"
          onClick={() => onChange([...windows, { key: nextKey(windows), window: FIRST_WINDOW }])}
        >
          {t.addWindow}
        </Button>
      </div>
    </div>
  );
}

interface WindowFieldsProps {
  readonly window: Window;
  readonly number: number;
  readonly errorAt: (path: string) => string | null;
  readonly onChange: (window: Window) => void;
  readonly onRemove: () => void;
}

function WindowFields({ window, number, errorAt, onChange, onRemove }: WindowFieldsProps) {
  const { type, startTime, endTime, weekdays } = window;
  const weekdaysError = errorAt('.weekdays');
  return (
    <fieldset class="window">
      <legend class="unseen">{t.windowName(number)}</legend>
      <div class="window-fields">
        <Field label={t.windowFrom} error={errorAt('.startTime')}>
          {(ids) => (
            <input
              {...ids}
              type="time"
              value={startTime}
              onInput={(event) => onChange({ ...window, startTime: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field
          label={t.windowTo}
          hint={startTime !== '' && endTime <= startTime ? t.nextDay : undefined}
          error={errorAt('.endTime')}
        >
          {(ids) => (
            <input
              {...ids}
              type="time"
              value={endTime}
              onInput={(event) => onChange({ ...window, endTime: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={t.windowType} error={errorAt('.type')}>
          {(ids) => (
            <input
              {...ids}
              value={type}
              spellcheck={false}
              maxLength={64}
              onInput={(event) => onChange({ ...window, type: event.currentTarget.value })}
            />
          )}
        </Field>
        <Button look="quiet" icon="close" label={t.removeWindow(number)} onClick={onRemove} />
      </div>
      <fieldset
        class="weekday-toggles"
        aria-describedby={weekdaysError === null ? undefined : `window-${number}-days`}
      >
        <legend class="unseen">{t.windowWeekdays}</legend>
        {WEEKDAYS.map((weekday, index) => (
          <label key={weekday} class={weekdays.includes(index) ? 'chosen' : undefined}>
            <input
              type="checkbox"
              class="unseen"
              checked={weekdays.includes(index)}
              onChange={(event) =>
                onChange({ ...window, weekdays: withDay(weekdays, index, event.currentTarget.checked) })
              }
            />
            <span aria-hidden="true">{t.weekdaysShort[weekday]}</span>
            <span class="unseen">{t.weekdays[weekday]}</span>
          </label>
        ))}
      </fieldset>
      {weekdaysError !== null && (
        <p class="error" id={`window-${number}-days`}>
          {weekdaysError}
        </p>
      )}
    </fieldset>
  );
}

function nextKey(windows: readonly WindowDraft[]): number {
  return Math.max(-1, ...windows.map(({ key }) => key)) + 1;
}

function withDay(weekdays: readonly number[], day: number, isOn: boolean): readonly number[] {
  const rest = weekdays.filter((each) => each !== day);
  return isOn ? [...rest, day].sort((one, other) => one - other) : rest;
}
