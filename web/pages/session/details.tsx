import { Facts } from '../../parts/facts.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';
import type { SessionView } from './load-session.ts';

/** Ids, and when it was plugged in and out. */
export function Details({ view }: { readonly view: SessionView }) {
  const { session, zone } = view;
  const { session: text } = words;
  const instant = (at: string | null) =>
    at === null ? words.common.none : <Time at={at} zone={zone} as="exact" />;
  return (
    <section class="card">
      <h2>{text.details}</h2>
      <Facts
        facts={[
          [text.pluggedIn, instant(session.pluggedInAt)],
          [text.pluggedOut, instant(session.pluggedOutAt)],
          [text.userId, session.userId],
          [text.sessionId, <code key="id">{session.id}</code>],
          [text.vehicleId, <code key="id">{session.vehicleId}</code>],
          [
            text.policyId,
            session.policyId === null ? words.common.none : <code key="id">{session.policyId}</code>,
          ],
        ]}
      />
    </section>
  );
}
