import { describe, expect, test } from 'vitest';
import { type Formula, parseFormula } from './formula.ts';

/** A formula with every bracket written. */
function shown(formula: Formula): string {
  switch (formula.kind) {
    case 'constant':
      return String(formula.value);
    case 'variable':
      return formula.name;
    case 'negate':
      return `(-${shown(formula.operand)})`;
    case 'binary':
      return `(${shown(formula.left)}${formula.operator}${shown(formula.right)})`;
    case 'call':
      return `${formula.name}(${formula.operands.map(shown).join(',')})`;
  }
}

function read(text: string): string {
  const parsed = parseFormula(text, ['spot', 'grid', 'vat_2']);
  return parsed.ok ? shown(parsed.formula) : `${parsed.position}: ${parsed.message}`;
}

describe('parseFormula', () => {
  test.each([
    ['spot', 'spot'],
    [' spot\n+ grid\t', '(spot+grid)'],
    ['1 + 2 * 3', '(1+(2*3))'],
    ['(1 + 2) * 3', '((1+2)*3)'],
    ['8 - 4 - 2', '((8-4)-2)'],
    ['8 / 4 / 2', '((8/4)/2)'],
    ['-spot * 2', '((-spot)*2)'],
    ['2 - -3', '(2-(-3))'],
    ['--3', '(-(-3))'],
    ['.5 + 1. + 1e-3', '((0.5+1)+0.001)'],
    ['(spot + grid) * 1.25 + vat_2', '(((spot+grid)*1.25)+vat_2)'],
    ['min(spot, grid, 3)', 'min(spot,grid,3)'],
    ['clamp(spot, 0, max(1, grid))', 'clamp(spot,0,max(1,grid))'],
    ['abs(-1) + round(spot, 2) + round(3)', '((abs((-1))+round(spot,2))+round(3))'],
  ])('%j is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test.each([
    ['', '0: expected a number, a name, "-" or "(", got the end'],
    ['1 +', '3: expected a number, a name, "-" or "(", got the end'],
    ['+1', '0: expected a number, a name, "-" or "(", got "+"'],
    ['1 2', '2: expected an operator or the end, got "2"'],
    ['(1', '2: expected ")", got the end'],
    ['1)', '1: expected an operator or the end, got ")"'],
    ['1 + #', '4: unexpected character "#"'],
    ['2 ** 3', '3: expected a number, a name, "-" or "(", got "*"'],
    ['1,5', '1: expected an operator or the end, got ","'],
    ['1e999', '0: the number 1e999 is too large'],
    ['spot + tax', '7: unknown variable "tax" (given: spot, grid, vat_2)'],
    ['Spot', '0: unknown variable "Spot" (given: spot, grid, vat_2)'],
    ['constructor', '0: unknown variable "constructor" (given: spot, grid, vat_2)'],
    ['sqrt(2)', '0: unknown variable "sqrt" (given: spot, grid, vat_2)'],
    ['min', '3: expected "(", got the end'],
    ['min()', '4: expected a number, a name, "-" or "(", got ")"'],
    ['1 + clamp(1, 2)', '4: clamp expects 3 operands, got 2'],
    ['abs(1, 2)', '0: abs expects 1 operands, got 2'],
    ['round(spot, grid)', '12: expected a whole number of decimals from 0 to 9'],
    ['round(spot, 1.5)', '12: expected a whole number of decimals from 0 to 9'],
    ['round(spot, 10)', '12: expected a whole number of decimals from 0 to 9'],
  ])('%j is refused', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('without variables it says so', () => {
    expect(parseFormula('spot', [])).toEqual({
      ok: false,
      position: 0,
      message: 'unknown variable "spot" (none is given)',
    });
  });

  test.each([
    ['brackets', '('.repeat(49), ')'.repeat(49), true],
    ['brackets', '('.repeat(50), ')'.repeat(50), false],
    ['signs', '-'.repeat(50), '', false],
    ['calls', 'abs('.repeat(50), ')'.repeat(50), false],
  ])('depth of %s has a limit', (_, before, after, ok) => {
    const parsed = parseFormula(`${before}1${after}`, []);
    expect(parsed.ok).toBe(ok);
    expect(ok || (!parsed.ok && parsed.message.includes('nesting'))).toBe(true);
  });

  test('length has a limit', () => {
    expect(parseFormula('1'.padEnd(1000), []).ok).toBe(true);
    expect(parseFormula('1'.padEnd(1001), [])).toMatchObject({ ok: false, position: 1000 });
    expect(parseFormula(`1${'+1'.repeat(499)}`, []).ok).toBe(true);
  });
});
