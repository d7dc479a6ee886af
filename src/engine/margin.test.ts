import { expect, test } from 'vitest';
import { MINUTE_MS } from '../domain/units.ts';
import { marginFor } from './margin.ts';

test.each([
  // what is known, trusted, charging minutes, of which unmeasured taper; margin, reason
  ['nothing, a short charge: 15 min', false, 40, 40, 15, 'POWER_UNMEASURED'],
  ['nothing: 15 % of the charge', false, 200, 60, 30, 'POWER_UNMEASURED'],
  ['nothing, a long charge: an hour', false, 600, 60, 60, 'POWER_UNMEASURED'],
  ['power, and no taper on the way: 5 min', true, 600, 0, 5, 'MEASURED'],
  ['power: 5 min and 15 % of the unmeasured taper', true, 300, 100, 20, 'TAPER_UNMEASURED'],
  ['power, a long unmeasured taper: an hour at most', true, 900, 800, 60, 'TAPER_UNMEASURED'],
  ['nothing is to be charged', true, 0, 0, 5, 'MEASURED'],
] as const)('%s', (_name, isTrusted, chargingMinutes, unmeasuredMinutes, minutes, reason) => {
  expect(marginFor(isTrusted, chargingMinutes * MINUTE_MS, unmeasuredMinutes * MINUTE_MS)).toEqual({
    marginMs: minutes * MINUTE_MS,
    reason,
  });
});
