import { describe, expect, it } from 'vitest';
import { monthsBetween } from './months.ts';

const at = (text: string) => Date.parse(text);

describe('the months of a calendar', () => {
  it.each([
    // The clock goes back within October and forward within March: the months are an hour longer and shorter.
    [
      'Europe/Oslo',
      '2026-10-10T00:00Z',
      '2026-11-05T00:00Z',
      ['2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ],
    ['Europe/Oslo', '2026-03-31T21:59:59Z', '2026-03-31T21:59:59Z', ['2026-02-28T23:00:00Z']],
    [
      'Europe/Oslo',
      '2026-03-31T21:59:59Z',
      '2026-03-31T22:00Z',
      ['2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
    ],
    ['UTC', '2026-12-31T23:59Z', '2027-01-01T00:00Z', ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z']],
    // Its clock changed at the first midnight of the month: the month begins at 01:00.
    ['America/Asuncion', '2023-10-01T12:00Z', '2023-10-01T12:00Z', ['2023-10-01T04:00:00Z']],
  ])('%s from %s to %s', (zone, first, last, starts) => {
    const found = monthsBetween(zone, at(first), at(last));
    expect(found.map(({ startAtMs }) => new Date(startAtMs).toISOString().replace('.000Z', 'Z'))).toEqual(
      starts,
    );
  });

  it('names them', () => {
    const found = monthsBetween('Europe/Oslo', at('2025-11-30T23:30Z'), at('2026-01-31T22:59Z'));
    expect(found.map(({ name }) => name)).toEqual(['2025-12', '2026-01']);
  });
});
