import { describe, expect, it } from 'vitest';
import { nextLocalTimeMs, nextPublicationAtMs, publishedUntilMs } from './publication.ts';

const OSLO = { timezone: 'Europe/Oslo', time: '13:00' };

describe('what is published when', () => {
  it.each([
    // now, published until, next publication
    ['2026-01-05T11:59:59Z', '2026-01-05T23:00:00Z', '2026-01-05T12:00:00Z'],
    ['2026-01-05T12:00:00Z', '2026-01-06T23:00:00Z', '2026-01-06T12:00:00Z'],
    ['2026-01-05T23:30:00Z', '2026-01-06T23:00:00Z', '2026-01-06T12:00:00Z'],
    ['2026-03-28T12:30:00Z', '2026-03-29T22:00:00Z', '2026-03-29T11:00:00Z'],
    ['2026-10-24T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-24T11:00:00Z'],
    ['2026-10-24T11:00:00Z', '2026-10-25T23:00:00Z', '2026-10-25T12:00:00Z'],
  ])('at %s', (now, until, next) => {
    const nowMs = Date.parse(now);
    expect(new Date(publishedUntilMs(OSLO, nowMs))).toEqual(new Date(until));
    expect(new Date(nextPublicationAtMs(OSLO, nowMs))).toEqual(new Date(next));
  });

  it('the next time of day is never now', () => {
    const nowMs = Date.parse('2026-01-05T06:00:00Z');
    expect(new Date(nextLocalTimeMs('Europe/Oslo', '07:00', nowMs))).toEqual(
      new Date('2026-01-06T06:00:00Z'),
    );
    expect(new Date(nextLocalTimeMs('Europe/Oslo', '07:00', nowMs - 1))).toEqual(new Date(nowMs));
  });
});
