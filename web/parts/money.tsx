import { money, signedMoney } from '../format/numbers.ts';
import { words } from '../words.ts';

interface MoneyProps {
  readonly amount: number | null | undefined;
  readonly currency: string | null | undefined;
  /** A saving: with its sign, and coloured by it. */
  readonly isSaving?: boolean;
}

export function Money({ amount, currency, isSaving }: MoneyProps) {
  if (amount === null || amount === undefined || !currency)
    return <span class="muted">{words.common.none}</span>;
  if (!isSaving) return <span class="number">{money(amount, currency)}</span>;
  const tone = amount >= 0.005 ? ' gain' : amount <= -0.005 ? ' loss' : '';
  return <span class={`number${tone}`}>{signedMoney(amount, currency)}</span>;
}
