/**
 * A value as it is read again from a `jsonb` column: plain data, the keys of every object by length and then by their
 * bytes, as PostgreSQL keeps them. Who goes on from it meets everything in the order in which the service did.
 */
export function asStored<Value>(value: Value): Value {
  return sorted(JSON.parse(JSON.stringify(value))) as Value;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // A key that looks like an array's index comes first in every object of JavaScript; none of ours does.
  const order = inOrder(Object.keys(value));
  return Object.fromEntries(order.map((key) => [key, sorted(Reflect.get(value, key))]));
}

/** Most objects have the keys of one before: those are not sorted again. No key of `jsonb` holds a zero character. */
function inOrder(keys: readonly string[]): readonly string[] {
  const name = keys.join('\0');
  const known = ORDERS.get(name);
  if (known !== undefined) return known;
  const order = [...keys].sort(byLength);
  if (ORDERS.size >= ORDERS_MAX_COUNT) ORDERS.clear();
  ORDERS.set(name, order);
  return order;
}

const ORDERS = new Map<string, readonly string[]>();
const ORDERS_MAX_COUNT = 10_000;

function byLength(one: string, other: string): number {
  return Buffer.byteLength(one) - Buffer.byteLength(other) || (one < other ? -1 : 1);
}
