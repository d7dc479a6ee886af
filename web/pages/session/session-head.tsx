import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import type { Session } from '../../data/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { explain } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { tell } from '../../parts/toasts.tsx';
import { hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { ChangeTarget } from './change-target.tsx';
import { ChargeNow } from './charge-now.tsx';
import type { SessionView } from './load-session.ts';
import { carName, carSubtitle, stateTone } from './names.ts';

interface SessionHeadProps {
  readonly view: SessionView;
  readonly onChanged: (session: Session) => void;
}

/** Which car, what it does and why, what is wrong, and what can be done. */
export function SessionHead({ view, onChanged }: SessionHeadProps) {
  const { session, zone } = view;
  const [open, setOpen] = useState<'now' | 'change' | null>(null);
  const [isGoingBack, setIsGoingBack] = useState(false);
  const { latest } = session.target;
  const isOverridden = latest !== null && (latest.type === 'IMMEDIATE_START' || latest.source === 'OVERRIDE');
  const canChange = session.state !== 'SETTLED' && session.policyId !== null;
  const error = session.error.latest;

  const changed = (next: Session, text: string): void => {
    setOpen(null);
    tell(text);
    onChanged(next);
  };
  const goBack = async (): Promise<void> => {
    setIsGoingBack(true);
    try {
      const path = { sessionId: session.id };
      changed(await ask('DELETE /flex/sessions/{sessionId}/target', { path }), words.session.backDone);
    } catch (failure) {
      tell(explain(failure).title, 'bad');
    } finally {
      setIsGoingBack(false);
    }
  };
  return (
    <header class="session-head">
      <a class="back muted small" href={hrefOf('/cars')}>
        <Icon name="left" />
        {words.cars.title}
      </a>
      <div class="page-head">
        <div>
          <h1>
            {carName(view.vehicle)} <Badge tone={stateTone(session)}>{words.states[session.state]}</Badge>
          </h1>
          <p class="muted">{carSubtitle(view)}</p>
        </div>
        {canChange && (
          <div class="actions">
            {isOverridden && (
              <Button isBusy={isGoingBack} onClick={goBack}>
                {words.session.back}
              </Button>
            )}
            <Button onClick={() => setOpen('change')}>{words.session.change}</Button>
            <Button look="primary" icon="bolt" onClick={() => setOpen('now')}>
              {words.session.chargeNow}
            </Button>
          </div>
        )}
      </div>
      {session.state !== 'SETTLED' && (
        <p class="why" aria-live="polite">
          {view.reason?.message ?? '\u00a0'}
        </p>
      )}
      {session.policyId === null && <p class="note">{words.session.unmanaged}</p>}
      {error !== null && (
        <div class="note bad session-error">
          <p>
            <strong>{error.message}</strong> {words.session.todo[error.code]}
          </p>
          <p class="small">
            {error.code} · <Time at={error.occurredAt} zone={zone} />
          </p>
        </div>
      )}
      {open === 'now' && <ChargeNow view={view} onClose={() => setOpen(null)} onChanged={changed} />}
      {open === 'change' && <ChangeTarget view={view} onClose={() => setOpen(null)} onChanged={changed} />}
    </header>
  );
}
