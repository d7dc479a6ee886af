import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { useStore } from '../../data/store.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { usePoll } from '../../data/use-poll.ts';
import { who } from '../../data/who.ts';
import { carName } from '../../format/car-name.ts';
import type { PageProps } from '../../pages.ts';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Broken, Skeleton } from '../../parts/states.tsx';
import { tell } from '../../parts/toasts.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { loadPolicy } from './load-policy.ts';
import { LocationCard } from './location-card.tsx';
import { PolicyForm } from './policy-form.tsx';
import { Prices } from './prices.tsx';
import './policies.css';

const POLL_MS = 60_000;
const t = words.policies;

/** One policy: its week and settings, its place, and the prices there. */
export default function PolicyPage({ values }: PageProps) {
  const policyId = values.id ?? '';
  const { state, reload } = useLoaded(policyId, (signal) => loadPolicy(policyId, signal));
  usePoll(reload, POLL_MS);
  const signedIn = useStore(who);
  const [isRemoving, setIsRemoving] = useState(false);
  if (state.kind === 'loading') return <Skeleton lines={10} />;
  if (state.kind === 'broken') return <Broken error={state.error} onRetry={reload} />;
  const { policy, location, vehicle, session, plan, tariff } = state.value;

  const remove = async (): Promise<void> => {
    await ask('DELETE /flex/vehicle-policies/{policyId}', { path: { policyId } });
    tell(t.removed);
    goTo(hrefOf('/policies'));
  };
  return (
    <>
      <a class="back-link" href={hrefOf('/policies')}>
        <Icon name="left" />
        {t.all}
      </a>
      <div class="page-head">
        <div>
          <h1>{carName(vehicle.information)}</h1>
          <p class="muted">{[location.value.name, policy.value.userId].join(' · ')}</p>
        </div>
        <div class="actions">
          <ButtonLink href={hrefOf(`/session/${session.id}`)}>{t.toSession}</ButtonLink>
          <Button look="danger" onClick={() => setIsRemoving(true)}>
            {t.remove}
          </Button>
        </div>
      </div>
      <div class="policy">
        <PolicyForm
          loaded={policy}
          location={location.value}
          currency={tariff?.currency ?? null}
          onSaved={reload}
        />
        <div class="policy-side">
          <Prices
            location={location.value}
            tariff={tariff}
            plan={plan}
            isDemo={signedIn.kind === 'in' && signedIn.as.isDemo}
          />
          <LocationCard loaded={location} onChanged={reload} />
          {policy.value.lastObservedLocationChargeLimit !== null && (
            <p class="muted small">{t.chargeLimit(policy.value.lastObservedLocationChargeLimit)}</p>
          )}
        </div>
      </div>
      {isRemoving && (
        <Confirm
          title={t.removeTitle}
          action={t.removeDo}
          isDanger
          onConfirm={remove}
          onClose={() => setIsRemoving(false)}
        >
          <p>{t.removeLead}</p>
        </Confirm>
      )}
    </>
  );
}
