/** A tariff formula that was read: arithmetic over named tariffs. */
export type Formula =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Formula }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Formula[] };

export type BinaryOperator = '+' | '-' | '*' | '/';
export type FunctionName = 'min' | 'max' | 'clamp' | 'abs' | 'round';

export type ParsedFormula =
  | { readonly ok: true; readonly formula: Formula }
  /** `position` counts the characters before the fault, from 0. */
  | { readonly ok: false; readonly position: number; readonly message: string };

/**
 * Reads a formula: `+ - * / ( )`, unary minus, numbers, the given variables, and the functions `min(a, b, …)`,
 * `max(a, b, …)`, `clamp(x, low, high)`, `abs(x)`, `round(x)` and `round(x, decimals)`. `*` and `/` bind
 * stronger than `+` and `-`, equal ones go from left to right. At most 1000 characters, nested at most 50 deep.
 */
export function parseFormula(text: string, variables: readonly string[]): ParsedFormula {
  if (text.length > LENGTH_MAX_CHARS) {
    const message = `expected at most ${LENGTH_MAX_CHARS} characters, got ${text.length}`;
    return { ok: false, position: LENGTH_MAX_CHARS, message };
  }
  try {
    const reader: Reader = { tokens: tokensOf(text), next: 0, depth: 0, variables };
    const formula = readSum(reader);
    const rest = peek(reader);
    if (rest.kind !== 'end') {
      throw new FormulaFault(rest.position, `expected an operator or the end, got ${shown(rest)}`);
    }
    return { ok: true, formula };
  } catch (error) {
    if (error instanceof FormulaFault) {
      return { ok: false, position: error.position, message: error.message };
    }
    throw error;
  }
}

const FUNCTION_NAMES: readonly FunctionName[] = ['min', 'max', 'clamp', 'abs', 'round'];

const LENGTH_MAX_CHARS = 1000;
const DEPTH_MAX_COUNT = 50;
const DECIMALS_MAX_COUNT = 9;

const OPERANDS_COUNTS: Readonly<Record<FunctionName, { readonly least: number; readonly most: number }>> = {
  min: { least: 1, most: 50 },
  max: { least: 1, most: 50 },
  clamp: { least: 3, most: 3 },
  abs: { least: 1, most: 1 },
  round: { least: 1, most: 2 },
};

/** Leaves the recursive reader at once; never leaves this file. */
class FormulaFault extends Error {
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

type TokenKind = 'number' | 'name' | 'sign' | 'end';
interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
}

interface Reader {
  readonly tokens: readonly Token[];
  readonly variables: readonly string[];
  next: number;
  depth: number;
}

function tokensOf(text: string): readonly Token[] {
  const pattern =
    /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>[-+*/(),])/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const position = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) {
      throw new FormulaFault(position, `unexpected character ${JSON.stringify(text.charAt(position))}`);
    }
    for (const kind of ['number', 'name', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined) {
        tokens.push({ kind, text: found, position });
      }
    }
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}

function readSum(reader: Reader): Formula {
  return readLeftToRight(reader, ['+', '-'], (inner) => readLeftToRight(inner, ['*', '/'], readFactor));
}

function readLeftToRight(
  reader: Reader,
  operators: readonly BinaryOperator[],
  readOperand: (reader: Reader) => Formula,
): Formula {
  let left = readOperand(reader);
  for (;;) {
    const operator = operators.find((sign) => isSign(peek(reader), sign));
    if (operator === undefined) {
      return left;
    }
    take(reader);
    left = { kind: 'binary', operator, left, right: readOperand(reader) };
  }
}

function readFactor(reader: Reader): Formula {
  const token = take(reader);
  reader.depth += 1;
  if (reader.depth > DEPTH_MAX_COUNT) {
    throw new FormulaFault(token.position, `expected at most ${DEPTH_MAX_COUNT} levels of nesting`);
  }
  const formula = readFactorFrom(reader, token);
  reader.depth -= 1;
  return formula;
}

function readFactorFrom(reader: Reader, token: Token): Formula {
  if (isSign(token, '-')) {
    return { kind: 'negate', operand: readFactor(reader) };
  }
  if (isSign(token, '(')) {
    const formula = readSum(reader);
    expectSign(reader, ')');
    return formula;
  }
  if (token.kind === 'number') {
    return { kind: 'constant', value: finiteNumber(token) };
  }
  if (token.kind === 'name') {
    return readName(reader, token);
  }
  throw new FormulaFault(token.position, `expected a number, a name, "-" or "(", got ${shown(token)}`);
}

function finiteNumber(token: Token): number {
  const value = Number(token.text);
  if (!Number.isFinite(value)) {
    throw new FormulaFault(token.position, `the number ${token.text} is too large`);
  }
  return value;
}

function readName(reader: Reader, token: Token): Formula {
  const functionName = FUNCTION_NAMES.find((name) => name === token.text);
  if (functionName !== undefined) {
    return readCall(reader, token, functionName);
  }
  if (!reader.variables.includes(token.text)) {
    const known = reader.variables.length === 0 ? 'none is given' : `given: ${reader.variables.join(', ')}`;
    throw new FormulaFault(token.position, `unknown variable ${shown(token)} (${known})`);
  }
  return { kind: 'variable', name: token.text };
}

function readCall(reader: Reader, token: Token, name: FunctionName): Formula {
  expectSign(reader, '(');
  const operands = [readSum(reader)];
  while (isSign(peek(reader), ',')) {
    take(reader);
    const decimals = peek(reader);
    operands.push(readSum(reader));
    if (name === 'round' && !isCountOfDecimals(operands.at(-1))) {
      const message = `expected a whole number of decimals from 0 to ${DECIMALS_MAX_COUNT}`;
      throw new FormulaFault(decimals.position, message);
    }
  }
  expectSign(reader, ')');
  const { least, most } = OPERANDS_COUNTS[name];
  if (operands.length < least || operands.length > most) {
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    throw new FormulaFault(token.position, `${name} expects ${expected} operands, got ${operands.length}`);
  }
  return { kind: 'call', name, operands };
}

function isCountOfDecimals(formula: Formula | undefined): boolean {
  return (
    formula?.kind === 'constant' && Number.isInteger(formula.value) && formula.value <= DECIMALS_MAX_COUNT
  );
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.next] ?? { kind: 'end', text: '', position: 0 };
}

function take(reader: Reader): Token {
  const token = peek(reader);
  reader.next += 1;
  return token;
}

function expectSign(reader: Reader, sign: string): void {
  const token = take(reader);
  if (!isSign(token, sign)) {
    throw new FormulaFault(token.position, `expected "${sign}", got ${shown(token)}`);
  }
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === 'sign' && token.text === sign;
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : `"${token.text}"`;
}
