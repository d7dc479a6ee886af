import { useState } from 'preact/hooks';
import type { MonthTotal } from '../../data/types.ts';
import { count, kwh } from '../../format/numbers.ts';
import { monthName } from '../../format/times.ts';
import { Choice } from '../../parts/choice.tsx';
import { Money } from '../../parts/money.tsx';
import { Table } from '../../parts/table.tsx';
import { words } from '../../words.ts';
import { currenciesOf, monthSums, sumOf } from './months.ts';
import { type Measure, MonthsChart } from './months-chart.tsx';

const MEASURES: readonly Measure[] = ['savings', 'cost', 'kwhSum'];
const t = words.history;

/** What the sessions came to, by month: figures, a chart, and its table. */
export function MonthTotals({ totals }: { readonly totals: readonly MonthTotal[] }) {
  const currencies = currenciesOf(totals);
  const [chosen, setChosen] = useState<string | null>(null);
  const [measure, setMeasure] = useState<Measure>('savings');
  const currency = currencies.find((each) => each === chosen) ?? currencies[0] ?? null;
  const months = monthSums(totals, currency);
  const sum = sumOf(totals, '', currency);
  const unvalued = sumOf(
    totals.filter((total) => total.currency === null),
    '',
    null,
  ).sessions;
  const shown = currency === null ? 'kwhSum' : measure;
  return (
    <section class="card months">
      <div class="section-head">
        <h2>{t.months}</h2>
        <div class="quick">
          {currencies.length > 1 && currency !== null && (
            <Choice
              label={t.currency}
              value={currency}
              options={currencies.map((value) => ({ value, name: value }))}
              onChoose={setChosen}
            />
          )}
          {currency !== null && (
            <Choice
              label={t.measure}
              value={measure}
              options={MEASURES.map((value) => ({ value, name: t.measures[value] }))}
              onChoose={setMeasure}
            />
          )}
        </div>
      </div>
      <div class="months-body">
        <dl class="facts wide-facts">
          <div>
            <dt>{t.sums.sessions}</dt>
            <dd class="big" data-value="sessions">
              {count(sum.sessions)}
            </dd>
          </div>
          <div>
            <dt>{t.sums.energy}</dt>
            <dd class="big" data-value="energy">
              {kwh(sum.kwhSum)}
            </dd>
          </div>
          <div>
            <dt>{t.sums.cost}</dt>
            <dd class="big" data-value="cost">
              <Money amount={currency === null ? null : sum.cost} currency={currency} />
            </dd>
          </div>
          <div>
            <dt>{t.sums.savings}</dt>
            <dd class="big" data-value="savings">
              <Money amount={currency === null ? null : sum.savings} currency={currency} isSaving />
            </dd>
          </div>
        </dl>
        <MonthsChart months={months} measure={shown} currency={currency} />
      </div>
      {unvalued > 0 && <p class="muted small">{t.unvalued(unvalued, count(unvalued))}</p>}
      {shown === 'cost' && <p class="muted small baseline-key">{t.baselineKey}</p>}
      <details class="as-table">
        <summary>{t.asTable}</summary>
        <Table
          caption={t.months}
          rows={months.toReversed()}
          keyOf={({ month }) => month}
          columns={[
            { name: t.month, cell: ({ month }) => monthName(month) },
            { name: t.sums.sessions, cell: ({ sessions }) => count(sessions), isNumber: true, isWide: true },
            { name: t.sums.energy, cell: ({ kwhSum }) => kwh(kwhSum), isNumber: true },
            {
              name: t.sums.cost,
              cell: ({ cost }) => <Money amount={cost} currency={currency} />,
              isNumber: true,
            },
            {
              name: t.baseline,
              cell: ({ baseline }) => <Money amount={baseline} currency={currency} />,
              isNumber: true,
              isWide: true,
            },
            {
              name: t.sums.savings,
              cell: ({ savings }) => <Money amount={savings} currency={currency} isSaving />,
              isNumber: true,
            },
          ]}
        />
      </details>
    </section>
  );
}
