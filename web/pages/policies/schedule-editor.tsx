import { Button } from '../../parts/button.tsx';
import { words } from '../../words.ts';
import type { DayDraft, PolicyDraft } from './draft.ts';
import { WEEKDAYS, type Weekday } from './weekdays.ts';

interface ScheduleEditorProps {
  readonly schedule: PolicyDraft['schedule'];
  readonly errorAt: (path: string) => string | null;
  readonly onChange: (schedule: PolicyDraft['schedule']) => void;
}

const FIRST_DAY: DayDraft = { deadline: '07:00', minimumChargeTarget: '80' };
const t = words.policies;

/** Deadline and target of each weekday. */
export function ScheduleEditor({ schedule, errorAt, onChange }: ScheduleEditorProps) {
  const set = (weekday: Weekday, day: DayDraft | null): void => onChange({ ...schedule, [weekday]: day });
  return (
    <ul class="week">
      {WEEKDAYS.map((weekday) => {
        const day = schedule[weekday];
        return (
          <li key={weekday}>
            <span class="weekday">{t.weekdays[weekday]}</span>
            {day === null ? (
              <>
                <span class="muted none">{t.noDeadline}</span>
                <Button
                  size="small"
                  icon="plus"
                  label={t.addDay(t.weekdays[weekday])}
                  onClick={() => set(weekday, neighbour(schedule, weekday))}
                />
              </>
            ) : (
              <Day
                weekday={weekday}
                day={day}
                errorAt={errorAt}
                onChange={(changed) => set(weekday, changed)}
                onCopy={() =>
                  onChange({
                    monday: day,
                    tuesday: day,
                    wednesday: day,
                    thursday: day,
                    friday: day,
                    saturday: day,
                    sunday: day,
                  })
                }
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface DayProps {
  readonly weekday: Weekday;
  readonly day: DayDraft;
  readonly errorAt: (path: string) => string | null;
  readonly onChange: (day: DayDraft | null) => void;
  readonly onCopy: () => void;
}

function Day({ weekday, day, errorAt, onChange, onCopy }: DayProps) {
  const name = t.weekdays[weekday];
  const path = `schedule.${weekday}`;
  const deadlineError = errorAt(`${path}.deadline`);
  const targetError = errorAt(`${path}.minimumChargeTarget`);
  const errorId = `${path}-error`;
  const wrong = (error: string | null) =>
    error === null ? {} : { 'aria-invalid': true as const, 'aria-describedby': errorId };
  return (
    <>
      <span class="day-fields">
        <input
          type="time"
          aria-label={t.deadlineOf(name)}
          value={day.deadline}
          {...wrong(deadlineError)}
          onInput={(event) => onChange({ ...day, deadline: event.currentTarget.value })}
        />
        <span class="with-unit">
          <input
            type="number"
            min="0"
            max="100"
            step="1"
            inputMode="numeric"
            aria-label={t.targetOf(name)}
            value={day.minimumChargeTarget}
            {...wrong(targetError)}
            onInput={(event) => onChange({ ...day, minimumChargeTarget: event.currentTarget.value })}
          />
          <span aria-hidden="true">%</span>
        </span>
      </span>
      <span class="day-buttons">
        <Button size="small" look="quiet" icon="copy" label={t.copyToAll(name)} onClick={onCopy} />
        <Button
          size="small"
          look="quiet"
          icon="close"
          label={t.removeDay(name)}
          onClick={() => onChange(null)}
        />
      </span>
      {(deadlineError !== null || targetError !== null) && (
        <p class="error" id={errorId}>
          {[deadlineError, targetError].filter(Boolean).join(' ')}
        </p>
      )}
    </>
  );
}

/** What a new day begins with: as the nearest day before it. */
function neighbour(schedule: PolicyDraft['schedule'], weekday: Weekday): DayDraft {
  const index = WEEKDAYS.indexOf(weekday);
  const before = [...WEEKDAYS.slice(index + 1), ...WEEKDAYS.slice(0, index)];
  return before.map((each) => schedule[each]).findLast((day) => day !== null) ?? FIRST_DAY;
}
