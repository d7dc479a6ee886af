/**
 * A value as it is read again from a `jsonb` column: plain data, the keys of every object by length and then by their
 * bytes, as PostgreSQL keeps them. Who goes on from it meets everything in the order in which the service did.
 */
export function asStored<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, part) => sorted(part));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  // A key that looks like an array's index comes first in every object of JavaScript; none of ours does.
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => byLength(one, other)));
}

function byLength(one: string, other: string): number {
  return Buffer.byteLength(one) - Buffer.byteLength(other) || (one < other ? -1 : 1);
}
