import { expect, it } from 'vitest';
import { money } from './words.ts';

it.each([
  [-0.004, '0.00'],
  [0, '0.00'],
  [-0.006, '-0.01'],
  [1234.5, '1,234.50'],
])('%d is written as %s', (value, text) => {
  expect(money(value)).toBe(text);
});
