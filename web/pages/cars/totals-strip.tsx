import type { ComponentChildren } from 'preact';
import type { OverviewTotals } from '../../data/types.ts';
import { count, kwh } from '../../format/numbers.ts';
import { Money } from '../../parts/money.tsx';
import { words } from '../../words.ts';

/** All cars that match, in figures; keeps its height while they are on their way. */
export function TotalsStrip({ totals }: { readonly totals: OverviewTotals | null }) {
  const { totals: text } = words.cars;
  const money = (of: 'cost' | 'savings') =>
    (totals?.today ?? [])
      .filter(({ currency }) => currency !== null)
      .map((sum) => (
        <Money key={sum.currency} amount={sum[of]} currency={sum.currency} isSaving={of === 'savings'} />
      ));
  const energy = (totals?.today ?? []).reduce((sum, { kwhSum }) => sum + kwhSum, 0);
  return (
    <dl class="totals card">
      <Total name={text.charging} value={totals && count(totals.charging)}>
        {totals && text.of(count(totals.cars))}
      </Total>
      <Total name={text.energy} value={totals && kwh(energy)} />
      <Total name={text.cost} value={totals && money('cost')} />
      <Total name={text.saved} value={totals && money('savings')} />
    </dl>
  );
}

interface TotalProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}

function Total({ name, value, children }: TotalProps) {
  const isEmpty = Array.isArray(value) && value.length === 0;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{isEmpty ? words.common.none : (value ?? '\u00a0')}</strong>{' '}
        <span class="muted small">{children}</span>
      </dd>
    </div>
  );
}
