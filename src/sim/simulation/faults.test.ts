import { expect, it } from 'vitest';
import { FAULTS, faultsOf } from './faults.ts';

it.each([
  ['all', FAULTS],
  ['none', []],
  ['two-workers,lost-readings', ['lost-readings', 'two-workers']],
  ['plug-outs, plug-outs', ['plug-outs']],
])('--faults %s', (text, expected) => {
  expect(faultsOf('--faults', text)).toEqual(expected);
});

it.each(['everything', '', 'all,none', 'lost-readings,'])('--faults %s is refused with the names', (text) => {
  expect(() => faultsOf('--faults', text)).toThrow(
    /--faults: expected all, none, or some of lost-readings, /,
  );
});
