/** What can go wrong in a simulated world, by the names of `--faults`. */
export const FAULTS = [
  'lost-readings',
  'late-readings',
  'repeated-readings',
  'retried-requests',
  'wrong-levels',
  'silent-cars',
  'unreachable-cars',
  'lost-commands',
  'refused-commands',
  'late-commands',
  'own-stops',
  'missing-prices',
  'late-prices',
  'corrected-prices',
  'worker-crashes',
  'two-workers',
  'flaky-webhooks',
  'plug-outs',
  'early-departures',
] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * The faults of a world, in the order of the list.
 * @param name of the option, for the message.
 * @throws with the list of names where one is unknown.
 */
export function faultsOf(name: string, text: string): readonly Fault[] {
  if (text === 'all') return FAULTS;
  if (text === 'none') return [];
  const names = text.split(',').map((one) => one.trim());
  const unknown = names.find((one) => !FAULTS.some((fault) => fault === one));
  if (unknown !== undefined) {
    throw new Error(`${name}: expected all, none, or some of ${FAULTS.join(', ')}, got "${unknown}"`);
  }
  return FAULTS.filter((fault) => names.includes(fault));
}
