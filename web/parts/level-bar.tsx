import { percent } from '../format/numbers.ts';
import { words } from '../words.ts';

interface LevelBarProps {
  readonly level: number | null;
  readonly target: number | null;
  readonly reserve: number | null;
}

/** A battery's level with its marks of target and reserve. */
export function LevelBar({ level, target, reserve }: LevelBarProps) {
  const text = [
    level === null ? words.level.unknown : words.level.is(percent(level)),
    ...(target === null ? [] : [words.chart.target(percent(target))]),
    ...(reserve === null ? [] : [words.chart.reserve(percent(reserve))]),
  ].join(', ');
  return (
    <svg class="level-bar" role="img" aria-label={text}>
      <rect class="ground" y="3" width="100%" height="8" rx="4" />
      {level !== null && <rect class="fill" y="3" width={`${level}%`} height="8" rx="4" />}
      {reserve !== null && reserve > 0 && (
        <rect class="reserve" x={`${reserve}%`} y="0" width="2" height="14" />
      )}
      {/* The mark of 100 % must not be cut off. */}
      {target !== null && <rect class="target" x={`${Math.min(target, 99)}%`} y="0" width="2" height="14" />}
    </svg>
  );
}
