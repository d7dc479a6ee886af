import { useRef } from 'preact/hooks';
import { useSessionEvents } from '../../data/live.ts';
import type { OverviewPage, Session } from '../../data/types.ts';
import type { Loading } from '../../data/use-loaded.ts';
import { useThrottled } from '../../data/use-throttled.ts';

/** A stream of hundreds of events a second is drawn four times a second. */
const DRAW_EVERY_MS = 250;
/** Level, reason and money of a row are no part of the event. */
const RELOAD_EVERY_MS = 2_000;
const TOTALS_EVERY_MS = 5_000;

/** Keeps the page of rows up by the live stream; events of cars that are not on it cost no call but the totals'. */
export function useLiveRows(list: Loading<OverviewPage>, reloadTotals: () => void): void {
  const waiting = useRef(new Map<string, Session>());
  const reloadSoon = useThrottled(list.reload, RELOAD_EVERY_MS);
  const totalsSoon = useThrottled(reloadTotals, TOTALS_EVERY_MS);
  const drawSoon = useThrottled(() => {
    const sessions = waiting.current;
    waiting.current = new Map();
    list.put((page) => ({
      ...page,
      data: page.data.map((row) => {
        const session = sessions.get(row.session.id);
        return session === undefined ? row : { ...row, session: withoutSeries(session) };
      }),
    }));
  }, DRAW_EVERY_MS);

  useSessionEvents((event) => {
    totalsSoon();
    const id = event.event === 'flex:session:deleted' ? event.sessionId : event.session.id;
    const policyId = event.event === 'flex:session:deleted' ? event.policyId : event.session.policyId;
    const { state } = list;
    if (state.kind !== 'ready') return;
    // The next session of a policy takes the row of the settled one.
    const isShown = state.value.data.some(
      ({ session }) => session.id === id || session.policyId === policyId,
    );
    if (!isShown && !isFirstPageWithRoom(state.value)) return;
    if (event.event === 'flex:session:updated') {
      waiting.current.set(id, event.session);
      drawSoon();
    }
    reloadSoon();
  });
}

/** A car that is new would stand here. */
function isFirstPageWithRoom({ pagination }: OverviewPage): boolean {
  return pagination.before === null && pagination.after === null;
}

function withoutSeries(session: Session): Session {
  return { ...session, statistics: { ...session.statistics, timeseries: [] } };
}
