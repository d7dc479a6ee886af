import { useMemo } from 'preact/hooks';
import { chartModel } from '../../chart/model.ts';
import { TimeChart } from '../../chart/time-chart.tsx';
import { useNow } from '../../data/clock.ts';
import type { OverviewRow } from '../../data/types.ts';
import { percent } from '../../format/numbers.ts';
import { Badge } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Time } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { useSessionView } from '../session/use-session-view.ts';
import { nowOf } from './now.ts';

/** A car with its chart, on top of the list. */
export default function FeaturedCar({ row }: { readonly row: OverviewRow }) {
  const { session, vehicle, location, reason } = row;
  const { state } = useSessionView(session.id);
  const nowMs = useNow();
  const view = state.kind === 'ready' ? state.value : null;
  const model = useMemo(() => (view === null ? null : chartModel({ ...view, nowMs })), [view, nowMs]);
  const target = session.target.latest;
  const now = nowOf(row);
  return (
    <section class="card featured" aria-labelledby="featured-title">
      <div class="featured-text">
        <h2 id="featured-title">
          <a href={hrefOf(`/session/${session.id}`)}>{vehicle.displayName ?? words.session.unnamed}</a>
        </h2>
        <Badge tone={now.tone}>{now.text}</Badge>
        <p class="muted small">
          {[vehicle.brand, vehicle.model, '·', location.name].filter(Boolean).join(' ')}
        </p>
        {vehicle.batteryLevel !== null && <p class="featured-level">{percent(vehicle.batteryLevel)}</p>}
        {target?.type === 'REGULAR' && (
          <p>
            {words.cars.goal(percent(target.minimumChargeTarget))}{' '}
            <Time at={target.readyBy} zone={location.timezoneName} as="weekday" />
          </p>
        )}
        <p>{reason?.message}</p>
        <a class="featured-more" href={hrefOf(`/session/${session.id}`)}>
          {words.cars.open}
          <Icon name="right" />
        </a>
      </div>
      <div class="featured-chart">{model !== null && <TimeChart model={model} isCompact />}</div>
    </section>
  );
}
