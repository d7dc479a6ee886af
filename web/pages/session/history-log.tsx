import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import type { HistoryEntry, Session, Target } from '../../data/types.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { money, percent } from '../../format/numbers.ts';
import { weekdayAndTime } from '../../format/times.ts';
import { type Cursor, Pager } from '../../parts/pager.tsx';
import { Broken, Skeleton } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';

const PAGE_SIZE = 20;

/** Every change of the session with its cause and its effect, the newest first. */
export function HistoryLog({ session, zone }: { readonly session: Session; readonly zone: string }) {
  const [cursor, setCursor] = useState<Cursor>({});
  const changed = JSON.stringify([
    session.state,
    session.blocks,
    session.target,
    session.outcome,
    session.error,
  ]);
  const { state, reload } = useLoaded(`${JSON.stringify(cursor)} ${changed}`, (signal) =>
    ask('GET /flex/sessions/{sessionId}/history', {
      path: { sessionId: session.id },
      query: { pageSize: PAGE_SIZE, after: cursor.after ?? undefined, before: cursor.before ?? undefined },
      signal,
    }),
  );
  return (
    <section class="card history">
      <h2>{words.session.history}</h2>
      {state.kind === 'loading' && <Skeleton lines={6} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={reload} />}
      {state.kind === 'ready' && state.value.data.length === 0 && (
        <p class="muted">{words.session.noHistory}</p>
      )}
      {state.kind === 'ready' && (
        <>
          <ol class="log">
            {state.value.data.map((entry) => (
              <li key={entry.id}>
                <p class="small muted">
                  <Time at={entry.at} zone={zone} />
                </p>
                <p>{entry.text}</p>
                <Changes entry={entry} zone={zone} />
              </li>
            ))}
          </ol>
          <Pager
            pagination={state.value.pagination}
            onGo={setCursor}
            names={{ back: words.pager.newer, on: words.pager.older }}
          />
        </>
      )}
    </section>
  );
}

function Changes({ entry, zone }: { readonly entry: HistoryEntry; readonly zone: string }) {
  const { session: text } = words;
  const { target, outcome, plannedCost, reason } = entry;
  const outcomeText = (state: keyof typeof text.outcomes | null): string =>
    state === null ? text.noTarget : text.outcomes[state];
  const costText = (amount: number | null): string =>
    amount === null || reason.currency === null ? text.noTarget : money(amount, reason.currency);
  const changes = [
    ...(target === null
      ? []
      : [text.targetChange(targetText(target.before, zone), targetText(target.after, zone))]),
    ...(outcome === null
      ? []
      : [text.outcomeChange(outcomeText(outcome.before), outcomeText(outcome.after))]),
    ...(plannedCost === null || reason.currency === null
      ? []
      : [text.plannedCost(costText(plannedCost.before), costText(plannedCost.after))]),
  ];
  if (changes.length === 0) return null;
  return (
    <ul class="small muted changes">
      {changes.map((change) => (
        <li key={change}>{change}</li>
      ))}
    </ul>
  );
}

function targetText(target: Target | null, zone: string): string {
  const { session: text } = words;
  if (target === null) return text.noTarget;
  const level = percent(target.minimumChargeTarget);
  if (target.type === 'IMMEDIATE_START') return text.targetNow(level);
  return text.targetText(level, weekdayAndTime(Date.parse(target.readyBy), zone));
}
