import { scaleLinear } from 'd3-scale';
import { words } from '../../words.ts';
import type { PolicyDraft } from './draft.ts';
import { WEEKDAYS } from './weekdays.ts';

const WIDTH = 480;
const LEFT = 34;
const ROW = 22;
const BAR = 14;
const TICKS = [0, 6, 12, 18, 24];
const DAY_MINUTES = 1440;
const t = words.policies;

/** The week at a glance: deadlines with their targets, and the windows without smart charging. */
export function WeekChart({ draft }: { readonly draft: PolicyDraft }) {
  const x = scaleLinear([0, DAY_MINUTES], [LEFT, WIDTH - 24]);
  const top = (day: number): number => 4 + day * ROW;
  const bottom = top(WEEKDAYS.length);
  return (
    <svg class="week-chart" viewBox={`0 0 ${WIDTH} ${bottom + 18}`} role="img" aria-label={t.weekChart}>
      {TICKS.map((hour) => (
        <g key={hour} class="hour" transform={`translate(${x(hour * 60)} 0)`}>
          <line y1={0} y2={bottom - 4} />
          <text y={bottom + 12}>{String(hour).padStart(2, '0')}</text>
        </g>
      ))}
      {WEEKDAYS.map((weekday, day) => (
        <text key={weekday} class="day" x={0} y={top(day) + BAR / 2} dy="0.34em">
          {t.weekdaysShort[weekday]}
        </text>
      ))}
      {WEEKDAYS.map((weekday, day) => (
        <rect
          key={weekday}
          class="track"
          x={x(0)}
          y={top(day)}
          width={x(DAY_MINUTES) - x(0)}
          height={BAR}
          rx={3}
        />
      ))}
      {windowParts(draft).map(({ key, day, from, to }) => (
        <rect
          key={key}
          class="restricted"
          x={x(from)}
          y={top(day)}
          width={Math.max(x(to) - x(from), 0)}
          height={BAR}
          rx={2}
        />
      ))}
      {WEEKDAYS.map((weekday, day) => {
        const entry = draft.schedule[weekday];
        const minute = entry === null ? null : minuteOf(entry.deadline);
        if (entry === null || minute === null) return null;
        const isLate = minute > DAY_MINUTES - 240;
        return (
          <g key={weekday} class="deadline" transform={`translate(${x(minute)} ${top(day)})`}>
            <line y1={-2} y2={BAR + 2} />
            <text x={isLate ? -5 : 5} y={BAR / 2} dy="0.34em" class={isLate ? 'before' : undefined}>
              {`${entry.minimumChargeTarget} %`}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Parts of windows, each within a day: one that crosses midnight goes on on the day after. */
function windowParts({ restrictionSchedule }: PolicyDraft) {
  return restrictionSchedule.flatMap(({ key, window }) => {
    const from = minuteOf(window.startTime);
    const to = minuteOf(window.endTime);
    if (from === null || to === null) return [];
    return window.weekdays.flatMap((day) =>
      from < to
        ? [{ key: `${key} ${day}`, day, from, to }]
        : [
            { key: `${key} ${day}`, day, from, to: DAY_MINUTES },
            { key: `${key} ${day} next`, day: (day + 1) % WEEKDAYS.length, from: 0, to },
          ],
    );
  });
}

function minuteOf(time: string): number | null {
  const found = /^(\d\d):(\d\d)/.exec(time);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}
