import assert from 'node:assert';
import type { Interval } from './interval.ts';
import type { Step } from './session.ts';
import { QUARTER_HOUR_MS, quarterHourOf } from './units.ts';

/** A step as it is shown: with its end, and the level that was last known by then. */
export interface FilledStep extends Step {
  readonly endAtMs: number;
}

/**
 * The steps with energy added that flowed evenly over an interval: integer Wh, split over its quarter hours by
 * time so that the sum is exact. An empty interval puts all of it into the quarter hour that holds it.
 * Steps that get nothing are the same objects as before; steps of zero are not made.
 */
export function addEnergy(steps: readonly Step[], interval: Interval, energyWh: number): readonly Step[] {
  assert(Number.isSafeInteger(energyWh) && energyWh >= 0, `expected whole Wh of 0 or more, got ${energyWh}`);
  if (energyWh === 0) {
    return steps;
  }
  const firstStartMs = quarterHourOf(interval.startAtMs);
  let index = indexFrom(steps, firstStartMs);
  const result = steps.slice(0, index);
  let givenWh = 0;
  for (let startAtMs = firstStartMs; givenWh < energyWh; startAtMs += QUARTER_HOUR_MS) {
    const dueWh = energyDueBy(startAtMs + QUARTER_HOUR_MS, interval, energyWh);
    const present = steps[index]?.startAtMs === startAtMs ? steps[index] : undefined;
    if (present !== undefined) {
      index += 1;
    }
    if (dueWh > givenWh) {
      const before = present ?? { startAtMs, energyWh: 0, levelPercent: null };
      result.push({ ...before, energyWh: before.energyWh + dueWh - givenWh });
      givenWh = dueWh;
    } else if (present !== undefined) {
      result.push(present);
    }
  }
  for (; index < steps.length; index++) {
    const step = steps[index];
    if (step !== undefined) {
      result.push(step);
    }
  }
  return result;
}

/**
 * The steps with a level that was read at an instant: a step carries the last level known by its end, so that a
 * reading on a quarter hour belongs to the step that ends there. Where no energy was counted no step is stored
 * (sessions.md §5), and nothing changes.
 */
export function setLevel(steps: readonly Step[], atMs: number, levelPercent: number): readonly Step[] {
  const startAtMs = quarterHourOf(atMs - 1);
  const index = indexFrom(steps, startAtMs);
  const step = steps[index];
  if (step === undefined || step.startAtMs !== startAtMs || step.levelPercent === levelPercent) {
    return steps;
  }
  return steps.with(index, { ...step, levelPercent });
}

/**
 * The whole timeseries without holes, for reading and sending: the first step contains `fromMs`, the last is the
 * one that ends at or after `toMs`; gaps are zero, and the level is carried on, from `levelFromPercent` at first.
 * A stored step outside is shown all the same, for the sum must stay that of the steps.
 */
export function fillSteps(
  steps: readonly Step[],
  fromMs: number,
  toMs: number,
  levelFromPercent: number | null = null,
): readonly FilledStep[] {
  const firstMs = Math.min(quarterHourOf(fromMs), steps[0]?.startAtMs ?? Number.POSITIVE_INFINITY);
  const lastMs = Math.max(
    quarterHourOf(fromMs),
    quarterHourOf(toMs - 1),
    steps.at(-1)?.startAtMs ?? Number.NEGATIVE_INFINITY,
  );
  const result: FilledStep[] = [];
  let levelPercent = levelFromPercent;
  let index = 0;
  for (let startAtMs = firstMs; startAtMs <= lastMs; startAtMs += QUARTER_HOUR_MS) {
    const step = steps[index];
    const endAtMs = startAtMs + QUARTER_HOUR_MS;
    if (step?.startAtMs === startAtMs) {
      levelPercent = step.levelPercent ?? levelPercent;
      result.push({ startAtMs, endAtMs, energyWh: step.energyWh, levelPercent });
      index += 1;
    } else {
      result.push({ startAtMs, endAtMs, energyWh: 0, levelPercent });
    }
  }
  return result;
}

/** The index of the first step that starts at or after an instant; searched from the end, where changes happen. */
function indexFrom(steps: readonly Step[], startAtMs: number): number {
  let index = steps.length;
  while (index > 0 && (steps[index - 1]?.startAtMs ?? Number.NEGATIVE_INFINITY) >= startAtMs) {
    index -= 1;
  }
  return index;
}

/** How much of the energy is due by an instant; rounding the running sum keeps every part whole and the sum exact. */
function energyDueBy(atMs: number, interval: Interval, energyWh: number): number {
  if (atMs >= interval.endAtMs) {
    return energyWh;
  }
  const share = (atMs - interval.startAtMs) / (interval.endAtMs - interval.startAtMs);
  return Math.round(energyWh * share);
}
