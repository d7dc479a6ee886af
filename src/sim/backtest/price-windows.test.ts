import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceSlot } from '../../domain/price.ts';
import { DAY_MS, HOUR_MS } from '../../domain/units.ts';
import { priceWindows } from './price-windows.ts';
import { nextPublicationAtMs, publishedUntilMs } from './publication.ts';

/** Around the spring's clock change. */
const START = Date.UTC(2026, 2, 20);
const slots: readonly PriceSlot[] = Array.from({ length: 24 * 20 }, (_, hour) => ({
  startAtMs: START + hour * HOUR_MS,
  endAtMs: START + (hour + 1) * HOUR_MS,
  price: hour / 1000,
  provenance: 'known',
}));

describe('price windows', () => {
  it('show what is published, in whatever order they are asked', () => {
    const publication = { timezone: 'Europe/Oslo', time: '13:00' };
    const windows = priceWindows({ currency: 'EUR', slots }, publication);
    const instant = fc.integer({ min: START, max: START + 18 * DAY_MS });
    fc.assert(
      fc.property(instant, (atMs) => {
        const window = windows.publishedAt(atMs);
        expect(window.slots.at(-1)?.endAtMs).toBe(publishedUntilMs(publication, atMs));
        expect(windows.nextPublicationAtMs(atMs)).toBe(nextPublicationAtMs(publication, atMs));
        expect(windows.publishedAt(atMs)).toBe(window);
      }),
    );
  });
});
