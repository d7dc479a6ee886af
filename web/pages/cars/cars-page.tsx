import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { nowMs } from '../../data/clock.ts';
import { useStore } from '../../data/store.ts';
import type { OverviewRow } from '../../data/types.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { who } from '../../data/who.ts';
import type { PageProps } from '../../pages.ts';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Broken, Empty, Skeleton } from '../../parts/states.tsx';
import { walk } from '../../parts/table.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { CarRow } from './car-row.tsx';
import { featuredOf } from './featured.ts';
import { type Filter, filterOf, isFiltered, paramsOf, queryOf } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { TotalsStrip } from './totals-strip.tsx';
import { useLiveRows } from './use-live-rows.ts';
import './cars.css';

const PAGE_SIZE = 50;

/** Every car: what it does now and why, live; with search, chips and pages. */
export default function CarsPage({ params }: PageProps) {
  const filter = filterOf(params);
  const { after, before } = filter;
  const query = {
    ...queryOf(filter),
    after: after ?? undefined,
    before: before ?? undefined,
    pageSize: PAGE_SIZE,
  };
  const list = useLoaded(JSON.stringify(query), (signal) => ask('GET /flex/overview', { query, signal }));
  const { q } = query;
  const totals = useLoaded(`totals ${q ?? ''}`, (signal) =>
    ask('GET /flex/overview/totals', { query: { q }, signal }),
  );
  useLiveRows(list, totals.reload);
  const shownTotals = totals.state.kind === 'ready' ? totals.state.value : null;
  const go = (next: Filter, how: 'push' | 'replace' = 'push'): void =>
    goTo(hrefOf('/cars', paramsOf(next)), how);
  const { state } = list;
  return (
    <div class="cars-page">
      <h1>{words.cars.title}</h1>
      <TotalsStrip totals={shownTotals} />
      {state.kind === 'ready' && !isFiltered(filter) && <Featured rows={state.value.data} />}
      <FilterBar filter={filter} totals={shownTotals} onChange={(next) => go(next, 'replace')} />
      {state.kind === 'loading' && <Skeleton lines={12} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={list.reload} />}
      {state.kind === 'ready' &&
        (state.value.data.length === 0 ? (
          <NoCars isFiltered={isFiltered(filter)} isStale={state.isStale} />
        ) : (
          <>
            <div
              class={state.isStale ? 'cars-frame stale' : 'cars-frame'}
              aria-busy={state.isStale || undefined}
            >
              <div class="cars-head small muted" aria-hidden="true">
                {words.cars.columns.map((name) => (
                  <span key={name}>{name}</span>
                ))}
              </div>
              <ul class="cars" onKeyDown={walk}>
                {state.value.data.map((row) => (
                  <CarRow key={row.session.policyId ?? row.session.id} row={row} />
                ))}
              </ul>
            </div>
            <Pager
              pagination={state.value.pagination}
              onGo={(cursor) => go({ ...filter, after: null, before: null, ...cursor })}
            />
          </>
        ))}
    </div>
  );
}

interface NoCarsProps {
  readonly isFiltered: boolean;
  /** An earlier answer: it says nothing about what is asked for now. */
  readonly isStale: boolean;
}

function NoCars({ isFiltered: isSearch, isStale }: NoCarsProps) {
  if (isStale) return <Skeleton lines={4} />;
  if (isSearch) {
    return (
      <Empty icon="search" title={words.cars.noMatch}>
        <p>{words.cars.noMatchNext}</p>
        <Button onClick={() => goTo(hrefOf('/cars'), 'replace')}>{words.cars.showAll}</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="car" title={words.cars.none}>
      <p>{words.cars.noneNext}</p>
      <ButtonLink href="/docs">{words.shell.docs}</ButtonLink>
    </Empty>
  );
}

/** In the demonstration the first view opens on a car that charges or is about to. */
function Featured({ rows }: { readonly rows: readonly OverviewRow[] }) {
  const state = useStore(who);
  const isDemo = state.kind === 'in' && state.as.isDemo;
  const [Card, setCard] = useState<ComponentType<{ readonly row: OverviewRow }> | null>(null);
  const shownId = useRef<string | null>(null);
  useEffect(() => {
    // The chart's script is no part of what everybody loads. Without it the list is there all the same.
    if (isDemo)
      import('./featured-car.tsx').then(
        (module) => setCard(() => module.default),
        () => {},
      );
  }, [isDemo]);
  if (!isDemo) return null;
  const row = featuredOf(rows, shownId.current, nowMs());
  shownId.current = row?.session.id ?? null;
  if (row === null) return null;
  return Card === null ? <div class="card featured" /> : <Card key={row.session.id} row={row} />;
}
