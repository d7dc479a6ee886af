import { DAY_MS } from '../../domain/units.ts';
import type { Violation } from './checker.ts';
import { FAULTS } from './faults.ts';
import { bornAtMs, type Simulated, type WorldOptions } from './simulate.ts';

/** Of one cause come many violations: so many are shown. */
const SHOWN_MAX_COUNT = 10;

/** The report as one object. All of it but `seconds` is the same at each run of the same world. */
export function reportOf(world: WorldOptions, simulated: Simulated, seconds: number): object {
  return { ...sameAtEachRun(world, simulated), seconds };
}

/** The report without what the machine has to do with. */
export function sameAtEachRun(world: WorldOptions, { violations, untilMs, tally, checkCount }: Simulated) {
  return {
    vehicles: world.vehicleCount,
    days: world.dayCount,
    seed: world.seed,
    faults: world.faults,
    from: instant(bornAtMs(world.seed)),
    until: instant(untilMs),
    counts: tally.counts(),
    faultsThatHappened: tally.faults(),
    checks: checkCount,
    violations: violations.slice(0, SHOWN_MAX_COUNT).map(({ atMs, ...violation }) => ({
      ...violation,
      at: instant(atMs),
      again: againOf(world),
    })),
  };
}

/** The report for a person to read. */
export function textOf(world: WorldOptions, simulated: Simulated, seconds: number): string {
  const { violations, tally, checkCount, untilMs } = simulated;
  const { vehicleCount, dayCount, seed } = world;
  const fromMs = bornAtMs(seed);
  const counts = Object.entries(tally.counts()).map(([what, count]) => `${number(count)} ${what}`);
  const faults = Object.entries(tally.faults()).map(([fault, count]) => `${fault} ${number(count ?? 0)}`);
  const lived = Math.min(dayCount, (untilMs - fromMs) / DAY_MS);
  return [
    `${vehicleCount} vehicles lived ${lived.toFixed(lived === dayCount ? 0 : 2)} of ${dayCount} days from ` +
      `${instant(fromMs)}, seed ${seed}`,
    counts.join(', '),
    `faults that happened: ${faults.join(', ') || 'none'}`,
    `${number(checkCount)} checks of an invariant, ${violations.length === 0 ? 'all held' : 'not all held'}, ` +
      `in ${seconds.toFixed(1)} s`,
    ...violations.slice(0, SHOWN_MAX_COUNT).flatMap((violation) => violationText(world, violation)),
    ...(violations.length > SHOWN_MAX_COUNT ? [`and ${violations.length - SHOWN_MAX_COUNT} more`] : []),
  ].join('\n');
}

function violationText(world: WorldOptions, violation: Violation): string[] {
  const { invariant, atMs, vehicleId, sessionId, text } = violation;
  return [
    '',
    `VIOLATED: ${invariant}`,
    `  seed ${world.seed}, ${instant(atMs)}, vehicle ${vehicleId ?? '-'}, session ${sessionId ?? '-'}`,
    `  ${text}`,
    `  again: ${againOf(world)}`,
  ];
}

function againOf({ vehicleCount, dayCount, seed, faults }: WorldOptions): string {
  const named = faults.length === 0 ? 'none' : faults.length === FAULTS.length ? 'all' : faults.join();
  return `tidewatt sim --vehicles ${vehicleCount} --days ${dayCount} --seed ${seed} --faults ${named}`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
