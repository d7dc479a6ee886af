import { describe, expect, it } from 'vitest';
import { csvHrefOf, filtersOf, hasFilters, queryOf } from './filters.ts';

const NONE = {
  from: null,
  to: null,
  vehicleId: null,
  locationId: null,
  policyId: null,
  userId: null,
  kind: null,
};

describe('the filters of the history', () => {
  it.each([
    ['', NONE],
    [
      'from=2026-10-25&to=2026-10-25&kind=managed',
      { ...NONE, from: '2026-10-25', to: '2026-10-25', kind: 'managed' },
    ],
    ['from=yesterday&kind=other&userId=', NONE],
    [
      'vehicleId=v&locationId=l&policyId=p&userId=u',
      { ...NONE, vehicleId: 'v', locationId: 'l', policyId: 'p', userId: 'u' },
    ],
  ])('of the address %j', (address, filters) => {
    expect(filtersOf(new URLSearchParams(address))).toEqual(filters);
    expect(hasFilters(filtersOf(new URLSearchParams(address)))).toBe(filters !== NONE);
  });

  it.each([
    ['Europe/Oslo', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['Europe/Oslo', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['UTC', '2026-12-31', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('take a day of %s, %s, whole', (zone, day, from, to) => {
    expect(queryOf({ ...NONE, from: day, to: day }, zone)).toMatchObject({ from, to });
  });

  it('are the same for the file', () => {
    expect(csvHrefOf(queryOf(NONE, 'UTC'))).toBe('/flex/vehicle-policies/sessions.csv');
    expect(csvHrefOf(queryOf({ ...NONE, kind: 'unmanaged', userId: 'a b&c' }, 'UTC'))).toBe(
      '/flex/vehicle-policies/sessions.csv?userId=a+b%26c&kind=unmanaged',
    );
  });
});
