import { useNow } from '../../data/clock.ts';
import type { Location, Plan, ResolvedTariff } from '../../data/types.ts';
import { price } from '../../format/numbers.ts';
import { day, timeOfDay, weekdayAndTime, zoneAbbreviation } from '../../format/times.ts';
import { nextDayStart } from '../../format/zone.ts';
import { Table } from '../../parts/table.tsx';
import { words } from '../../words.ts';
import { PriceChart } from './price-chart.tsx';
import { type PriceStep, priceSteps } from './price-steps.ts';

interface PricesProps {
  readonly location: Location;
  /** Of today and tomorrow; null where the location has no price at all. */
  readonly tariff: ResolvedTariff | null;
  /** Whose forecast fills what is not known yet. */
  readonly plan: Plan | null;
  readonly isDemo: boolean;
}

const t = words.policies.prices;

/** What a kWh costs at the place, today and tomorrow. */
export function Prices({ location, tariff, plan, isDemo }: PricesProps) {
  const now = useNow(30_000);
  const steps = tariff === null ? [] : priceSteps(tariff, plan);
  const zone = location.timezoneName;
  const hasAny = steps.some(({ rate }) => rate !== null);
  const tomorrowMs = tariff === null ? 0 : nextDayStart(Date.parse(tariff.from), zone);
  const misses = steps.some(
    ({ rate, isForecast, toMs }) => (rate === null || isForecast) && toMs > tomorrowMs,
  );
  return (
    <section class="card prices">
      <div class="section-head">
        <h2>{t.title}</h2>
        <span class="muted small">
          {[location.zone, zoneAbbreviation(now, zone), tariff && words.policies.perKwh(tariff.currency)]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {tariff === null || !hasAny ? (
        <p class="muted">{location.zone === null ? t.noZone : t.none(location.zone)}</p>
      ) : (
        <>
          <Extremes steps={steps} currency={tariff.currency} zone={zone} nowMs={now} />
          <PriceChart steps={steps} currency={tariff.currency} zone={zone} nowMs={now} />
          <ul class="legend small muted">
            <li class="known">{isDemo ? t.generated : t.known}</li>
            {steps.some(({ isForecast }) => isForecast) && <li class="forecast">{t.forecast}</li>}
            {steps.some(({ rate }) => rate !== null && rate < 0) && <li class="negative">{t.negative}</li>}
          </ul>
          {misses && <p class="small">{t.tomorrow}</p>}
          <details class="as-table">
            <summary>{t.asTable}</summary>
            <Table
              caption={t.title}
              rows={steps}
              keyOf={({ fromMs }) => String(fromMs)}
              columns={[
                {
                  name: t.from,
                  cell: ({ fromMs }) => `${day(fromMs, zone)}, ${timeOfDay(fromMs, zone)}`,
                },
                { name: t.to, cell: ({ toMs }) => timeOfDay(toMs, zone) },
                {
                  name: t.price,
                  cell: ({ rate }) => (rate === null ? words.common.none : price(rate, tariff.currency)),
                  isNumber: true,
                },
                { name: t.kind, cell: kindOf(isDemo) },
              ]}
            />
          </details>
        </>
      )}
    </section>
  );
}

interface ExtremesProps {
  readonly steps: readonly PriceStep[];
  readonly currency: string;
  readonly zone: string;
  readonly nowMs: number;
}

/** The price now, and the lowest and highest from now on. */
function Extremes({ steps, currency, zone, nowMs }: ExtremesProps) {
  const ahead = steps.filter(({ rate, toMs }) => rate !== null && toMs > nowMs);
  const current = ahead.find(({ fromMs }) => fromMs <= nowMs);
  const byRate = ahead.toSorted((one, other) => (one.rate ?? 0) - (other.rate ?? 0));
  const rows: [string, PriceStep | undefined, boolean][] = [
    [t.now, current, false],
    [t.lowest, byRate[0], true],
    [t.highest, byRate.at(-1), true],
  ];
  return (
    <dl class="facts wide-facts">
      {rows.map(([name, step, isTimed]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="big">
            {step?.rate == null ? words.common.none : price(step.rate, currency).replace('/kWh', '')}
          </dd>
          {isTimed && step !== undefined && (
            <dd class="muted small">{step.fromMs <= nowMs ? t.now : weekdayAndTime(step.fromMs, zone)}</dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function kindOf(isDemo: boolean): (step: PriceStep) => string {
  return ({ rate, isForecast }) =>
    rate === null ? t.unknown : isForecast ? t.forecast : isDemo ? t.generated : t.known;
}
