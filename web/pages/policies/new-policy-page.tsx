import { useState } from 'preact/hooks';
import { ask } from '../../data/api.ts';
import { issueAt } from '../../data/issues.ts';
import { useAction } from '../../data/use-action.ts';
import { useLoaded } from '../../data/use-loaded.ts';
import { carName } from '../../format/car-name.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Refusal } from '../../parts/refusal.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Broken, Empty, Skeleton } from '../../parts/states.tsx';
import { tell } from '../../parts/toasts.tsx';
import { goTo, hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import { LocationForm } from './location-form.tsx';
import './policies.css';

const SHOWN_MAX_COUNT = 100;
const t = words.policies.create;

/** A car, a place of the same user, and it begins with 80 % by 07:00 every day. */
export default function NewPolicyPage() {
  const [userId, setUserId] = useState('');
  const [vehicleId, setVehicleId] = useState('');
  const [locationId, setLocationId] = useState('');
  const [isPlacing, setIsPlacing] = useState(false);
  const { isBusy, error, run } = useAction();
  const query = { pageSize: SHOWN_MAX_COUNT };
  const vehicles = useLoaded(`vehicles ${userId}`, (signal) =>
    userId === ''
      ? ask('GET /vehicles', { query, signal })
      : ask('GET /users/{userId}/vehicles', { path: { userId }, query, signal }),
  );
  const listed = vehicles.state.kind === 'ready' ? vehicles.state.value.data : [];
  const owner = listed.find(({ id }) => id === vehicleId)?.userId ?? null;
  const locations = useLoaded(owner === null ? null : `locations ${owner}`, (signal) =>
    ask('GET /users/{userId}/locations', { path: { userId: owner ?? '' }, query, signal }),
  );
  const places = owner !== null && locations.state.kind === 'ready' ? locations.state.value.data : [];

  const create = (): void =>
    void run(async () => {
      const policy = await ask('POST /flex/vehicle-policies', { body: { vehicleId, locationId } });
      tell(t.created);
      goTo(hrefOf(`/policy/${policy.id}`));
    });
  return (
    <>
      <a class="back-link" href={hrefOf('/policies')}>
        <Icon name="left" />
        {words.policies.all}
      </a>
      <div class="page-head">
        <div>
          <h1>{t.title}</h1>
          <p class="muted">{t.lead}</p>
        </div>
      </div>
      {vehicles.state.kind === 'loading' && <Skeleton lines={4} />}
      {vehicles.state.kind === 'broken' && <Broken error={vehicles.state.error} onRetry={vehicles.reload} />}
      {vehicles.state.kind === 'ready' && listed.length === 0 && userId === '' && (
        <Empty icon="car" title={t.noCars}>
          <p>{t.noCarsNext}</p>
          <a href="/docs">{words.shell.docs}</a>
        </Empty>
      )}
      {vehicles.state.kind === 'ready' && (listed.length > 0 || userId !== '') && (
        <form
          class="card new-policy"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            create();
          }}
        >
          <Refusal error={error} fields={['vehicleId', 'locationId']} />
          <SearchField label={t.user} hint={t.userHint} value={userId} onSearch={setUserId} />
          <Field
            label={t.vehicle}
            hint={
              vehicles.state.value.pagination.after === null ? undefined : t.more(String(SHOWN_MAX_COUNT))
            }
            error={
              listed.length === 0 ? t.noCarsOf(userId) : vehicleId === '' ? null : issueAt(error, 'vehicleId')
            }
          >
            {(ids) => (
              <select
                {...ids}
                value={vehicleId}
                onChange={(event) => {
                  setVehicleId(event.currentTarget.value);
                  setLocationId('');
                }}
              >
                <option value="">{t.choose}</option>
                {listed.map((vehicle) => (
                  <option key={vehicle.id} value={vehicle.id}>
                    {`${carName(vehicle.information)} · ${vehicle.userId}`}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label={t.location}
            hint={owner === null ? t.carFirst : undefined}
            error={issueAt(error, 'locationId')}
          >
            {(ids) => (
              <select
                {...ids}
                value={locationId}
                disabled={owner === null}
                onChange={(event) => setLocationId(event.currentTarget.value)}
              >
                <option value="">{t.choose}</option>
                {places.map((location) => (
                  <option key={location.id} value={location.id}>
                    {location.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <div>
            <Button size="small" icon="plus" isDisabled={owner === null} onClick={() => setIsPlacing(true)}>
              {words.policies.place.add}
            </Button>
          </div>
          <div class="actions">
            <Button look="primary" isSubmit isBusy={isBusy} isDisabled={owner === null || locationId === ''}>
              {t.do}
            </Button>
          </div>
        </form>
      )}
      {isPlacing && owner !== null && (
        <LocationForm
          of={{ userId: owner }}
          onClose={() => setIsPlacing(false)}
          onSaved={({ id }) => {
            setIsPlacing(false);
            locations.reload();
            setLocationId(id);
          }}
        />
      )}
    </>
  );
}
