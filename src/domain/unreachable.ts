/** The end of a switch that has handled every case: the compiler refuses it when one is missing. */
export function unreachable(value: never): never {
  throw new Error(`expected a known case, got ${JSON.stringify(value)}`);
}
