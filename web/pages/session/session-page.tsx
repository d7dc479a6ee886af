import { useMemo, useState } from 'preact/hooks';
import { ChartTable } from '../../chart/chart-table.tsx';
import { chartModel } from '../../chart/model.ts';
import { TimeChart } from '../../chart/time-chart.tsx';
import { useNow } from '../../data/clock.ts';
import type { Session } from '../../data/types.ts';
import type { PageProps } from '../../pages.ts';
import { Choice } from '../../parts/choice.tsx';
import { Broken, Skeleton } from '../../parts/states.tsx';
import { words } from '../../words.ts';
import { BlockList } from './block-list.tsx';
import { Details } from './details.tsx';
import { Figures } from './figures.tsx';
import { HistoryLog } from './history-log.tsx';
import type { SessionView } from './load-session.ts';
import { PlanCard } from './plan-card.tsx';
import { SessionHead } from './session-head.tsx';
import { useSessionView } from './use-session-view.ts';
import './session.css';

const VIEWS = ['chart', 'table'] as const;

/** One session: what happened, what will, why, and what to do about it. */
export default function SessionPage({ values }: PageProps) {
  const { id = '' } = values;
  const { state, reload, take } = useSessionView(id);
  if (state.kind === 'loading') return <Skeleton lines={14} />;
  if (state.kind === 'broken') return <Broken error={state.error} onRetry={reload} />;
  return <SessionShown view={state.value} onChanged={take} />;
}

interface SessionShownProps {
  readonly view: SessionView;
  readonly onChanged: (session: Session) => void;
}

function SessionShown({ view, onChanged }: SessionShownProps) {
  const { session, plan, tariff, span, zone } = view;
  const [shown, setShown] = useState<(typeof VIEWS)[number]>('chart');
  const isSettled = session.state === 'SETTLED';
  const now = useNow(isSettled ? 3_600_000 : 1_000);
  const model = useMemo(
    () => chartModel({ session, plan, tariff, span, nowMs: now, zone }),
    [session, plan, tariff, span, now, zone],
  );
  return (
    <div class="session">
      <SessionHead view={view} onChanged={onChanged} />
      <Figures view={view} />
      <section class="card" aria-label={words.session.views.chart}>
        <div class="card-head">
          <Choice
            label={words.session.view}
            value={shown}
            options={VIEWS.map((value) => ({ value, name: words.session.views[value] }))}
            onChoose={setShown}
          />
        </div>
        {shown === 'chart' ? <TimeChart model={model} /> : <ChartTable model={model} />}
      </section>
      <div class="columns">
        <div class="column">
          {!isSettled && <PlanCard view={view} />}
          {session.policyId !== null && <BlockList model={model} />}
          <Details view={view} />
        </div>
        <HistoryLog session={session} zone={zone} />
      </div>
    </div>
  );
}
