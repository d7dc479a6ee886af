import type { Session } from '../../data/types.ts';
import { carName } from '../../format/car-name.ts';
import { duration, kwh, percent } from '../../format/numbers.ts';
import { browserZone, dayAndTime, timeOfDay, weekdayAndTime, zoneAbbreviation } from '../../format/times.ts';
import { dayStart } from '../../format/zone.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Money } from '../../parts/money.tsx';
import { Table } from '../../parts/table.tsx';
import { hrefOf } from '../../router.ts';
import { words } from '../../words.ts';
import type { HistoryView } from './load-history.ts';

interface HistoryTableProps {
  readonly view: HistoryView;
  readonly isStale: boolean;
}

const TONES: Readonly<Record<string, Tone>> = { REACHED: 'good', MISSED: 'warn' };
const t = words.history;

/** Settled sessions, the newest first. */
export function HistoryTable({ view: { page, vehicles, locations }, isStale }: HistoryTableProps) {
  const zoneOf = ({ locationId }: Session): string =>
    locations.get(locationId ?? '')?.timezoneName ?? browserZone;
  return (
    <Table
      caption={t.title}
      rows={page.data}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => hrefOf(`/session/${id}`)}
      isStale={isStale}
      columns={[
        {
          name: t.columns.car,
          cell: (session) => (
            <span class="two-lines">
              <span>{carName(vehicles.get(session.vehicleId)?.information ?? NO_NAMES)}</span>
              <span class="muted small">{locations.get(session.locationId ?? '')?.name ?? t.away}</span>
              <span class="muted small on-phone">{shortVisit(session, zoneOf(session))}</span>
            </span>
          ),
        },
        {
          name: t.columns.when,
          cell: (session) => <Visit session={session} zone={zoneOf(session)} />,
          isWide: true,
        },
        {
          name: t.columns.energy,
          cell: ({ statistics }) =>
            statistics.aggregated === null ? words.common.none : kwh(statistics.aggregated.kwhSum),
          isNumber: true,
        },
        { name: t.columns.level, cell: levels, isNumber: true, isWide: true },
        {
          name: t.columns.cost,
          cell: ({ valuation }) => (
            <Money amount={valuation?.tariffCost.actual} currency={valuation?.currency} />
          ),
          isNumber: true,
          isWide: true,
        },
        {
          name: t.columns.saved,
          cell: ({ valuation }) => (
            <Money amount={valuation?.tariffCost.savings} currency={valuation?.currency} isSaving />
          ),
          isNumber: true,
        },
        { name: t.columns.outcome, cell: outcome, isWide: true },
      ]}
    />
  );
}

const NO_NAMES = { displayName: null, brand: null, model: null };

/** From plug-in to plug-out in the local time of the place, and how long it was. */
function Visit({ session, zone }: { readonly session: Session; readonly zone: string }) {
  const fromMs = Date.parse(session.pluggedInAt ?? '');
  const toMs = Date.parse(session.pluggedOutAt ?? '');
  const isSameDay = dayStart(fromMs, zone) === dayStart(toMs, zone);
  const until = isSameDay ? timeOfDay(toMs, zone) : weekdayAndTime(toMs, zone);
  return (
    <span class="two-lines nowrap">
      <span>{`${dayAndTime(fromMs, zone)} – ${until}`}</span>
      <span class="muted small">{`${duration(toMs - fromMs)} · ${zoneAbbreviation(fromMs, zone)}`}</span>
    </span>
  );
}

/** On a phone, below the car: when it began, and how long it was. */
function shortVisit({ pluggedInAt, pluggedOutAt }: Session, zone: string): string {
  const fromMs = Date.parse(pluggedInAt ?? '');
  return `${dayAndTime(fromMs, zone)} · ${duration(Date.parse(pluggedOutAt ?? '') - fromMs)}`;
}

function levels({ statistics: { aggregated } }: Session) {
  const { batteryFrom = null, batteryTo = null } = aggregated ?? {};
  if (batteryFrom === null || batteryTo === null) return <span class="muted">{words.common.none}</span>;
  return `${percent(batteryFrom)} → ${percent(batteryTo)}`;
}

function outcome({ policyId, outcome: { latest }, error }: Session) {
  return (
    <span class="badges">
      {policyId === null ? (
        <Badge>{t.unmanaged}</Badge>
      ) : (
        latest !== null && (
          <Badge tone={TONES[latest.state] ?? 'plain'}>{words.session.outcomes[latest.state]}</Badge>
        )
      )}
      {error.latest !== null && <Badge tone="bad">{t.errors[error.latest.code]}</Badge>}
    </span>
  );
}
