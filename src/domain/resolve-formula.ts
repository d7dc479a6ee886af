import type { Formula } from './formula.ts';
import type { PriceSlot } from './price.ts';
import { indexEndingAfter } from './price-series.ts';
import { unreachable } from './unreachable.ts';

/**
 * The price that a formula gives over [fromMs, toMs), cut at every edge of the tariffs that it names: slots that
 * cover all of it. Where a tariff has no price, or the result is no finite number (a division by zero), the slot
 * has none; a forecast among the tariffs makes the result a forecast.
 */
export function resolveFormula(
  formula: Formula,
  tariffs: Readonly<Record<string, readonly PriceSlot[]>>,
  fromMs: number,
  toMs: number,
): PriceSlot[] {
  const cursors = [...namesIn(formula)].map((name) => cursorAt(name, tariffs, fromMs));
  const result: PriceSlot[] = [];
  for (let startAtMs = fromMs; startAtMs < toMs; ) {
    const values = new Map<string, number>();
    let endAtMs = toMs;
    let hasForecast = false;
    for (const cursor of cursors) {
      const slot = slotAt(cursor, startAtMs);
      if (slot !== null && slot.startAtMs <= startAtMs) {
        endAtMs = Math.min(endAtMs, slot.endAtMs);
        hasForecast ||= slot.provenance === 'forecast';
        if (slot.price !== null) {
          values.set(cursor.name, slot.price);
        }
      } else if (slot !== null) {
        endAtMs = Math.min(endAtMs, slot.startAtMs);
      }
    }
    const price = evaluate(formula, values);
    append(result, { startAtMs, endAtMs, price, provenance: provenanceOf(price, hasForecast) });
    startAtMs = endAtMs;
  }
  return result;
}

/** A tariff and how far it has been read. */
interface Cursor {
  readonly name: string;
  readonly slots: readonly PriceSlot[];
  index: number;
}

function namesIn(formula: Formula): ReadonlySet<string> {
  switch (formula.kind) {
    case 'constant':
      return new Set();
    case 'variable':
      return new Set([formula.name]);
    case 'negate':
      return namesIn(formula.operand);
    case 'binary':
      return new Set([...namesIn(formula.left), ...namesIn(formula.right)]);
    case 'call':
      return new Set(formula.operands.flatMap((operand) => [...namesIn(operand)]));
    default:
      return unreachable(formula);
  }
}

function cursorAt(
  name: string,
  tariffs: Readonly<Record<string, readonly PriceSlot[]>>,
  atMs: number,
): Cursor {
  const slots = (Object.hasOwn(tariffs, name) ? tariffs[name] : undefined) ?? [];
  return { name, slots, index: indexEndingAfter(slots, atMs) };
}

/** The first slot that ends after an instant; it may begin later. */
function slotAt(cursor: Cursor, atMs: number): PriceSlot | null {
  let slot = cursor.slots[cursor.index];
  while (slot !== undefined && slot.endAtMs <= atMs) {
    cursor.index += 1;
    slot = cursor.slots[cursor.index];
  }
  return slot ?? null;
}

function evaluate(formula: Formula, values: ReadonlyMap<string, number>): number | null {
  const value = resultOf(formula, values);
  // Adding zero turns -0 into 0.
  return Number.isFinite(value) ? value + 0 : null;
}

/** NaN stands for "no price" within: arithmetic carries it on by itself, and so do min and max. */
function resultOf(formula: Formula, values: ReadonlyMap<string, number>): number {
  switch (formula.kind) {
    case 'constant':
      return formula.value;
    case 'variable':
      return values.get(formula.name) ?? Number.NaN;
    case 'negate':
      return -resultOf(formula.operand, values);
    case 'binary':
      return binaryValue(formula, values);
    case 'call':
      return callValue(formula, values);
    default:
      return unreachable(formula);
  }
}

function binaryValue(
  formula: Extract<Formula, { kind: 'binary' }>,
  values: ReadonlyMap<string, number>,
): number {
  const left = resultOf(formula.left, values);
  const right = resultOf(formula.right, values);
  switch (formula.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      // 1 / 0 would be Infinity, which min and clamp could hide.
      return right === 0 ? Number.NaN : left / right;
    default:
      return unreachable(formula.operator);
  }
}

function callValue(formula: Extract<Formula, { kind: 'call' }>, values: ReadonlyMap<string, number>): number {
  const operands = formula.operands.map((operand) => resultOf(operand, values));
  const [first = Number.NaN, second = 0, third = Number.NaN] = operands;
  switch (formula.name) {
    case 'min':
      return Math.min(...operands);
    case 'max':
      return Math.max(...operands);
    case 'clamp':
      return Math.min(third, Math.max(second, first));
    case 'abs':
      return Math.abs(first);
    case 'round':
      return rounded(first, second);
    default:
      return unreachable(formula.name);
  }
}

/** Half rounds away from zero, on the decimal number as written: 1.005 to two decimals is 1.01. */
function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const scaled = Number((Math.abs(value) * factor).toPrecision(15));
  return (Math.sign(value) * Math.round(scaled)) / factor;
}

function provenanceOf(price: number | null, hasForecast: boolean): PriceSlot['provenance'] {
  if (price === null) {
    return 'none';
  }
  return hasForecast ? 'forecast' : 'known';
}

/** Spans without a price have no edges of interest between them. */
function append(slots: PriceSlot[], slot: PriceSlot): void {
  const last = slots.at(-1);
  if (last !== undefined && last.price === null && slot.price === null) {
    slots[slots.length - 1] = { ...last, endAtMs: slot.endAtMs };
  } else {
    slots.push(slot);
  }
}
