import type { OverviewRow } from '../../data/types.ts';
import { kwh, percent } from '../../format/numbers.ts';
import { Badge } from '../../parts/badge.tsx';
import { LevelBar } from '../../parts/level-bar.tsx';
import { Money } from '../../parts/money.tsx';
import { Time } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { nowOf } from './now.ts';

/** A car at a glance; all of it is the link to its session. */
export function CarRow({ row }: { readonly row: OverviewRow }) {
  const { session, vehicle, location, reason, today } = row;
  const target = session.target.latest;
  const now = nowOf(row);
  const kind = [vehicle.brand, vehicle.model].filter(Boolean).join(' ');
  const level = vehicle.batteryLevel === null ? null : Math.round(vehicle.batteryLevel);
  return (
    <li class="car opens">
      <div class="car-name">
        <a class="row-link" href={hrefOf(`/session/${session.id}`)}>
          {vehicle.displayName ?? (kind || words.session.unnamed)}
        </a>
        <p class="muted small">
          {[vehicle.displayName ? kind : '', location.name].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div class="car-level">
        <strong>{level === null ? words.common.none : percent(level)}</strong>
        <LevelBar
          level={level}
          target={target?.minimumChargeTarget ?? null}
          reserve={target?.type === 'REGULAR' ? target.batteryReserve : null}
        />
      </div>
      <div class="car-ready">
        {target === null ? (
          <span class="muted">{words.cars.noTarget}</span>
        ) : (
          <>
            <strong>{percent(target.minimumChargeTarget)}</strong>{' '}
            {target.type === 'REGULAR' ? (
              <span>
                {words.cars.by} <Time at={target.readyBy} zone={location.timezoneName} as="weekday" />
              </span>
            ) : (
              words.session.asSoonAsPossible
            )}
          </>
        )}
      </div>
      <div class="car-now">
        <Badge tone={now.tone}>{now.text}</Badge>
        <p class="small">{session.error.latest?.message ?? reason?.message ?? ''}</p>
      </div>
      <div class="car-today">
        {today === null ? (
          <span class="muted">{words.common.none}</span>
        ) : (
          <>
            <Money amount={today.savings} currency={today.currency} isSaving />
            <span class="muted small">{kwh(today.kwhSum)}</span>
          </>
        )}
      </div>
    </li>
  );
}
