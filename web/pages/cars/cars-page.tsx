import { ask } from '../../data/api.ts';

import { useLoaded } from '../../data/use-loaded.ts';
import { Broken, Skeleton } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { words } from '../../words.ts';

/** Every car with its current session. */
export default function CarsPage() {
  const { state, reload } = useLoaded('sessions', (signal) =>
    ask('GET /flex/sessions', { signal, query: { timeseries: false } }),
  );
  return (
    <>
      <h1>{words.cars.title}</h1>
      {state.kind === 'loading' && <Skeleton lines={12} />}
      {state.kind === 'broken' && <Broken error={state.error} onRetry={reload} />}
      {state.kind === 'ready' && (
        <Table
          caption={words.cars.title}
          rows={state.value.data}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => `#/session/${id}`}
          columns={[
            { name: 'Vehicle', cell: ({ vehicleId }) => vehicleId },
            { name: 'State', cell: (session) => words.states[session.state] },
          ]}
        />
      )}
    </>
  );
}
