import type { Plan, ResolvedTariff } from '../../data/types.ts';

/** A price over a span, epoch ms; a null rate is not known. */
export interface PriceStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rate: number | null;
  readonly isForecast: boolean;
}

/** The steps of a tariff from its beginning to its end; what is not known of it is filled by a plan's forecast. */
export function priceSteps(tariff: ResolvedTariff, plan: Plan | null): readonly PriceStep[] {
  const ends = [...tariff.values.slice(1).map(({ at }) => at), tariff.to];
  return tariff.values.flatMap(({ at, rate }, index) => {
    const span = { fromMs: Date.parse(at), toMs: Date.parse(ends[index] ?? tariff.to) };
    return rate === null ? forecastOf(span, plan) : [{ ...span, rate, isForecast: false }];
  });
}

/** Neighbours of one kind, each kind drawn in its own way. */
export function runsOf(steps: readonly PriceStep[]): readonly (readonly PriceStep[])[] {
  const runs: PriceStep[][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && kindOf(last) === kindOf(step)) run.push(step);
    else runs.push([step]);
  }
  return runs.filter(([first]) => first?.rate !== null);
}

function kindOf({ rate, isForecast }: PriceStep): string {
  return rate === null ? 'none' : isForecast ? 'forecast' : 'known';
}

function forecastOf(
  span: { readonly fromMs: number; readonly toMs: number },
  plan: Plan | null,
): PriceStep[] {
  const found: PriceStep[] = [];
  let atMs = span.fromMs;
  for (const { startAt, endAt, price, provenance } of plan?.slots ?? []) {
    const fromMs = Math.max(Date.parse(startAt), atMs);
    const toMs = Math.min(Date.parse(endAt), span.toMs);
    if (price === null || provenance !== 'forecast' || toMs <= fromMs) continue;
    if (fromMs > atMs) found.push({ fromMs: atMs, toMs: fromMs, rate: null, isForecast: false });
    found.push({ fromMs, toMs, rate: price, isForecast: true });
    atMs = toMs;
  }
  if (atMs < span.toMs) found.push({ fromMs: atMs, toMs: span.toMs, rate: null, isForecast: false });
  return found;
}
