import type { ComponentChildren } from 'preact';
import { kwh, money, percent } from '../../format/numbers.ts';
import { Money } from '../../parts/money.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';
import type { SessionView } from './load-session.ts';

/** The session in figures: level, target, energy, cost, saving, outcome. */
export function Figures({ view }: { readonly view: SessionView }) {
  const { session, vehicle, zone } = view;
  const { aggregated } = session.statistics;
  const target = session.target.latest;
  const outcome = session.outcome.latest;
  const level =
    session.state === 'UPCOMING'
      ? (vehicle?.chargeState.batteryLevel ?? null)
      : (aggregated?.batteryTo ?? null);
  const from = aggregated?.batteryFrom ?? null;
  const cost = session.valuation?.tariffCost;
  const currency = session.valuation?.currency;
  return (
    <dl class="figures card">
      <Figure name="level" title={words.session.level} value={level === null ? null : percent(level)}>
        {from !== null && words.session.levelFrom(percent(from))}
      </Figure>
      {target !== null && (
        <Figure name="target" title={words.session.target} value={percent(target.minimumChargeTarget)}>
          {target.type === 'REGULAR' ? (
            <>
              {words.session.readyBy.toLowerCase()} <Time at={target.readyBy} zone={zone} as="weekday" />
              {target.source === 'OVERRIDE' && `, ${words.session.override}`}
            </>
          ) : (
            `${words.session.asSoonAsPossible}, ${words.session.override}`
          )}
        </Figure>
      )}
      <Figure name="energy" title={words.session.energy} value={kwh(aggregated?.kwhSum ?? 0)} />
      <Figure
        name="cost"
        title={words.session.cost}
        value={<Money amount={cost?.actual} currency={currency} />}
      >
        {cost && currency && words.session.costWithout(money(cost.baseline, currency))}
        {!cost && aggregated !== null && words.session.notValued}
      </Figure>
      <Figure
        name="savings"
        title={words.session.saved}
        value={<Money amount={cost?.savings} currency={currency} isSaving />}
      />
      {outcome !== null && (
        <Figure name="outcome" title={words.session.outcome} value={words.session.outcomes[outcome.state]}>
          {outcome.minimumChargeTargetReachedAt !== null ? (
            <>
              {outcome.state === 'REACHED' ? words.session.reachedAt : words.session.reaches}{' '}
              <Time at={outcome.minimumChargeTargetReachedAt} zone={zone} as="weekday" />
            </>
          ) : (
            outcome.batteryLevelAtReadyBy !== null &&
            words.session.expects(percent(outcome.batteryLevelAtReadyBy))
          )}
        </Figure>
      )}
    </dl>
  );
}

interface FigureProps {
  /** For tests: which value it is. */
  readonly name: string;
  readonly title: string;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}

function Figure({ name, title, value, children }: FigureProps) {
  return (
    <div data-figure={name}>
      <dt>{title}</dt>
      <dd>
        <strong>{value ?? words.common.none}</strong>
        <span class="muted small">{children}</span>
      </dd>
    </div>
  );
}
