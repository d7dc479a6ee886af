import { describe, expect, it } from 'vitest';
import type { Plan, ResolvedTariff } from '../../data/types.ts';
import { priceSteps, runsOf } from './price-steps.ts';

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 5, hour)).toISOString();
const hour = (ms: number): number => (ms - Date.UTC(2026, 0, 5)) / 3_600_000;

const TARIFF: ResolvedTariff = {
  locationId: 'l',
  direction: 'import',
  currency: 'EUR',
  per: 'kWh',
  from: at(0),
  to: at(24),
  values: [
    { at: at(0), rate: 0.2 },
    { at: at(6), rate: -0.01 },
    { at: at(12), rate: null },
  ],
};

function planWith(...slots: [from: number, to: number, price: number | null, provenance: string][]): Plan {
  return {
    sessionId: 's',
    currency: 'EUR',
    plan: null,
    slots: slots.map(([from, to, price, provenance]) => ({
      startAt: at(from),
      endAt: at(to),
      price,
      provenance: provenance === 'forecast' ? 'forecast' : 'known',
    })),
  };
}

function drawn(steps: ReturnType<typeof priceSteps>) {
  return steps.map(({ fromMs, toMs, rate, isForecast }) =>
    [hour(fromMs), hour(toMs), rate, ...(isForecast ? ['forecast'] : [])].join(' '),
  );
}

describe('the steps of a price', () => {
  it('hold to the next, the last to the end', () => {
    expect(drawn(priceSteps(TARIFF, null))).toEqual(['0 6 0.2', '6 12 -0.01', '12 24 ']);
  });

  it('are filled by the forecast where nothing is known, and keep their holes', () => {
    const plan = planWith(
      [6, 12, 9, 'forecast'],
      [14, 16, 0.3, 'forecast'],
      [16, 18, 0.4, 'forecast'],
      [20, 26, 9, 'known'],
    );
    const steps = priceSteps(TARIFF, plan);
    expect(drawn(steps)).toEqual([
      '0 6 0.2',
      '6 12 -0.01',
      '12 14 ',
      '14 16 0.3 forecast',
      '16 18 0.4 forecast',
      '18 24 ',
    ]);
    expect(runsOf(steps).map(drawn)).toEqual([
      ['0 6 0.2', '6 12 -0.01'],
      ['14 16 0.3 forecast', '16 18 0.4 forecast'],
    ]);
  });
});
