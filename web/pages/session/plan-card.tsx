import { duration, money } from '../../format/numbers.ts';
import { Facts } from '../../parts/facts.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../words.ts';
import type { SessionView } from './load-session.ts';

const MINUTE_MS = 60_000;

/** What the plan costs, what it could cost at least, and how safe it is. */
export function PlanCard({ view }: { readonly view: SessionView }) {
  const { plan: answer, zone } = view;
  const { session: text } = words;
  const plan = answer?.plan ?? null;
  const currency = answer?.currency ?? null;
  const amount = (value: number): string => (currency === null ? words.common.none : money(value, currency));
  return (
    <section class="card">
      <h2>{text.plan}</h2>
      {plan === null || plan.blocks.length === 0 ? (
        <p class="muted">{text.noPlan}</p>
      ) : (
        <>
          {!plan.isFeasible && <p class="note warn">{text.infeasible}</p>}
          <Facts
            facts={[
              [text.planCost, amount(plan.cost)],
              [text.lowerBound, amount(plan.lowerBound)],
              [text.gap, amount(plan.gap)],
              [text.starts, String(plan.starts)],
              [text.margin, duration(plan.marginMinutes * MINUTE_MS)],
              [
                text.latestSafeStart,
                plan.latestSafeStart === null ? (
                  words.common.none
                ) : (
                  <Time at={plan.latestSafeStart} zone={zone} as="weekday" />
                ),
              ],
              [text.madeAt, <Time key="made" at={plan.madeAt} zone={zone} as="weekday" />],
            ]}
          />
        </>
      )}
    </section>
  );
}
