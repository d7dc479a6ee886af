import { MINUTE_MS } from '../../domain/units.ts';
import { advanceTo, command, type Plant, plugIn, reading } from '../../sim/plant.ts';
import type { Bench } from './bench.ts';

/** What a person would see of a night: when the car charged, and each outcome with its time. */
export interface Night {
  /** A letter for each half hour: `#` charged all of it, `+` a part, `.` not at all. */
  readonly charged: string;
  /** As in `02:35 AT_RISK`, by UTC. */
  readonly outcomes: readonly string[];
  readonly plant: Plant;
}

const READING_EVERY_MS = 5 * MINUTE_MS;
const HALF_HOUR_MS = 30 * MINUTE_MS;

/**
 * Drives a simulated car through a bench: plugged in at once, a reading every 5 minutes and after each command, commands
 * obeyed at once.
 * @param change what happens to the car, asked before each reading.
 */
export function driveNight(
  bench: Bench,
  parked: Plant,
  untilMs: number,
  change: (plant: Plant, atMs: number) => Plant = (plant) => plant,
): Night {
  const fromMs = parked.atMs;
  let plant = plugIn(parked, fromMs, 'home');
  let obeyed = 0;
  const halfHours: number[] = [];
  const outcomes: string[] = [];
  const tell = (atMs: number): void => {
    const { observedAtMs, ...said } = reading(plant, atMs);
    bench.read(observedAtMs, said);
    const { outcome } = bench.session();
    const text = `${new Date(atMs).toISOString().slice(11, 16)} ${outcome?.state}`;
    if (outcomes.at(-1)?.slice(6) !== text.slice(6)) outcomes.push(text);
  };
  for (let atMs = fromMs; atMs <= untilMs; atMs += MINUTE_MS) {
    plant = change(advanceTo(plant, atMs), atMs);
    bench.until(atMs);
    if ((atMs - fromMs) % READING_EVERY_MS === 0) tell(atMs);
    for (; obeyed < bench.steps.length; obeyed++) {
      for (const row of bench.steps[obeyed]?.commands ?? []) {
        if (row.state !== 'PENDING') continue;
        plant = command(plant, atMs, row.kind).plant;
        tell(atMs);
      }
    }
    const index = Math.floor((atMs - fromMs) / HALF_HOUR_MS);
    halfHours[index] =
      (halfHours[index] ?? 0) + (reading(plant, atMs).powerDeliveryState === 'PLUGGED_IN:CHARGING' ? 1 : 0);
  }
  const letter = (minutes: number): string => (minutes === 0 ? '.' : minutes >= 30 ? '#' : '+');
  return { charged: halfHours.map(letter).join(''), outcomes, plant };
}
