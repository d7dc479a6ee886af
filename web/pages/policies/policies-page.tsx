import { ask } from '../../data/api.ts';
import type { OverviewRow } from '../../data/types.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { carName } from '../../format/car-name.ts';
import { percent } from '../../format/numbers.ts';
import { dayAndTime, weekdayAndTime } from '../../format/times.ts';
import type { PageProps } from '../../pages.ts';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Pager } from '../../parts/pager.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Broken, Empty, Skeleton } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import './policies.css';

const t = words.policies;

/** Every policy: the car, the place, and what comes next. */
export default function PoliciesPage({ params }: PageProps) {
  const query = {
    q: params.get('q') || undefined,
    after: params.get('after') ?? undefined,
    before: params.get('before') ?? undefined,
  };
  const { state, reload } = useLoaded(`policies ${JSON.stringify(query)}`, (signal) =>
    ask('GET /flex/overview', { signal, query }),
  );
  // What another search came to says nothing about this one.
  const isEmpty = state.kind === 'ready' && !state.isStale && state.value.data.length === 0;
  const isNone = isEmpty && query.q === undefined && query.after === undefined;
  const add = (
    <ButtonLink look="primary" icon="plus" href={hrefOf('/new-policy')}>
      {t.add}
    </ButtonLink>
  );
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{t.title}</h1>
          <p class="muted">{t.lead}</p>
        </div>
        {!isNone && add}
      </div>
      {!isNone && (
        <div class="filters">
          <SearchField
            label={t.search}
            isBare
            value={query.q ?? ''}
            onSearch={(q) => goTo(hrefOf('/policies', { q }), 'replace')}
          />
        </div>
      )}
      {state.kind === 'loading' && <Skeleton lines={10} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={reload} />}
      {isNone && (
        <Empty icon="policy" title={t.empty}>
          <p>{t.emptyNext}</p>
          {add}
        </Empty>
      )}
      {isEmpty && !isNone && (
        <Empty icon="search" title={t.notFound(query.q ?? '')}>
          <p>{t.notFoundNext}</p>
          <Button onClick={() => goTo(hrefOf('/policies'))}>{t.showAll}</Button>
        </Empty>
      )}
      {state.kind === 'ready' && !isEmpty && (
        <>
          <Table
            caption={t.title}
            rows={state.value.data}
            keyOf={({ session }) => session.id}
            hrefOf={({ session }) => hrefOf(`/policy/${session.policyId}`)}
            isStale={state.isStale}
            columns={[
              { name: t.columns.car, cell: ({ vehicle }) => carName(vehicle) },
              { name: t.columns.location, cell: ({ location }) => location.name },
              { name: t.columns.user, cell: ({ session }) => session.userId, isWide: true },
              { name: t.columns.target, cell: (row) => <Next row={row} /> },
              {
                name: t.columns.zone,
                cell: ({ location }) => location.zone ?? words.common.none,
                isWide: true,
              },
            ]}
          />
          <Pager
            pagination={state.value.pagination}
            onGo={(to) => goTo(hrefOf('/policies', { q: query.q, ...to }))}
          />
        </>
      )}
    </>
  );
}

/** The next deadline, and by how much the present session departs from the policy. */
function Next({ row: { session, location } }: { readonly row: OverviewRow }) {
  const target = session.target.latest;
  if (target === null) return <span class="muted">{t.onlyReserve}</span>;
  if (target.type === 'IMMEDIATE_START') return <>{t.atOnce(percent(target.minimumChargeTarget))}</>;
  const atMs = Date.parse(target.readyBy);
  return (
    <span class="number" title={dayAndTime(atMs, location.timezoneName)}>
      {t.targetBy(percent(target.minimumChargeTarget), weekdayAndTime(atMs, location.timezoneName))}
      {target.source === 'OVERRIDE' && <span class="muted"> · {t.overridden}</span>}
    </span>
  );
}
