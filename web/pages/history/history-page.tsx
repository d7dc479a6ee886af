import { ask } from '../../data/api.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { carName } from '../../format/car-name.ts';
import { browserZone } from '../../format/times.ts';
import type { PageProps } from '../../pages.ts';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Broken, Empty, Skeleton } from '../../parts/states.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { FilterBar } from './filter-bar.tsx';
import { csvHrefOf, filtersOf, type HistoryFilters, hasFilters, type Named, queryOf } from './filters.ts';
import { HistoryTable } from './history-table.tsx';
import { type HistoryView, loadHistory } from './load-history.ts';
import { MonthTotals } from './month-totals.tsx';
import { useNewlySettled } from './use-newly-settled.ts';
import './history.css';

const t = words.history;

/** Settled sessions: what they came to by month, and each of them. */
export default function HistoryPage({ params }: PageProps) {
  const filters = filtersOf(params);
  const after = params.get('after') ?? undefined;
  const before = params.get('before') ?? undefined;
  const zone = useZone(filters.locationId);
  const query = zone === null ? null : queryOf(filters, zone);
  const key = query === null ? null : JSON.stringify(query);
  const list = useLoaded(key === null ? null : `${key} ${after} ${before}`, (signal) =>
    loadHistory({ query: query ?? {}, after, before, signal }),
  );
  const totals = useLoaded(key === null ? null : `${key} ${zone}`, (signal) =>
    ask('GET /flex/vehicle-policies/sessions/totals', {
      query: { ...query, timezoneName: zone ?? browserZone },
      signal,
    }),
  );
  useNewlySettled(() => {
    totals.reload();
    if (after === undefined && before === undefined) list.reload();
  });

  const show = (wanted: HistoryFilters, cursor = {}): void =>
    goTo(hrefOf('/history', { ...wanted, ...cursor }));
  const { state } = list;
  // What other filters came to says nothing about these.
  const isEmpty = state.kind === 'ready' && !state.isStale && state.value.page.data.length === 0;
  const isNone = isEmpty && !hasFilters(filters) && after === undefined && before === undefined;
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{t.title}</h1>
          <p class="muted">{t.lead}</p>
        </div>
        {query !== null && !isEmpty && (
          <ButtonLink icon="download" href={csvHrefOf(query)} download="sessions.csv">
            {t.csv}
          </ButtonLink>
        )}
      </div>
      {isNone ? (
        <Empty icon="history" title={t.empty}>
          <p>{t.emptyNext}</p>
          <ButtonLink href={hrefOf('/cars')}>{words.broken.toCars}</ButtonLink>
        </Empty>
      ) : (
        <FilterBar
          filters={filters}
          nameOf={(name, id) => nameIn(state.kind === 'ready' ? state.value : null, name, id)}
          onChange={(change) => show({ ...filters, ...change })}
          onClear={() => goTo(hrefOf('/history'))}
        />
      )}
      {totals.state.kind === 'ready' && totals.state.value.data.length > 0 && (
        <MonthTotals totals={totals.state.value.data} />
      )}
      {state.kind === 'loading' && <Skeleton lines={10} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={list.reload} />}
      {isEmpty && !isNone && (
        <Empty icon="search" title={t.noMatch}>
          <p>{t.noMatchNext}</p>
          <Button onClick={() => goTo(hrefOf('/history'))}>{t.clear}</Button>
        </Empty>
      )}
      {state.kind === 'ready' && !isEmpty && (
        <>
          <HistoryTable view={state.value} isStale={state.isStale} />
          <Pager
            pagination={state.value.page.pagination}
            names={{ back: words.pager.newer, on: words.pager.older }}
            onGo={(cursor) => show(filters, cursor)}
          />
        </>
      )}
    </>
  );
}

/** In whose days the list is filtered and its months begin: the place's that is filtered by, else the browser's. */
function useZone(locationId: string | null): string | null {
  const { state } = useLoaded(locationId, (signal) =>
    ask('GET /locations', { query: { ids: [locationId ?? ''] }, signal }),
  );
  if (locationId === null || state.kind === 'broken') return browserZone;
  if (state.kind === 'loading' || state.isStale) return null;
  return state.value.data[0]?.timezoneName ?? browserZone;
}

function nameIn(view: HistoryView | null, name: Named, id: string): string {
  const vehicle = view?.vehicles.get(id);
  if (name === 'vehicleId' && vehicle !== undefined) return carName(vehicle.information);
  if (name === 'locationId') return view?.locations.get(id)?.name ?? id;
  const session = view?.page.data.find(({ policyId }) => policyId === id);
  const car = view?.vehicles.get(session?.vehicleId ?? '');
  const place = view?.locations.get(session?.locationId ?? '');
  if (name === 'policyId' && car !== undefined && place !== undefined) {
    return t.policyName(carName(car.information), place.name);
  }
  return id;
}
