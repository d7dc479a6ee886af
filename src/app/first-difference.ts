/** Where two plain values differ first, and how: `blocks.0.energyWh`; the empty field is the value itself. */
export interface FieldDifference {
  readonly field: string;
  /** Undefined where it is not there. */
  readonly stored: unknown;
  readonly rebuilt: unknown;
}

/** The first field in which two plain values differ, in the order of the stored one's keys; null for equal ones. */
export function firstDifference(stored: unknown, rebuilt: unknown, field = ''): FieldDifference | null {
  if (Object.is(stored, rebuilt)) return null;
  if (!isContainer(stored) || !isContainer(rebuilt) || Array.isArray(stored) !== Array.isArray(rebuilt)) {
    return { field, stored, rebuilt };
  }
  const [before, now] = [new Map(Object.entries(stored)), new Map(Object.entries(rebuilt))];
  for (const key of new Set([...before.keys(), ...now.keys()])) {
    const name = field === '' ? key : `${field}.${key}`;
    const found = firstDifference(before.get(key), now.get(key), name);
    if (found !== null) return found;
  }
  return null;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
