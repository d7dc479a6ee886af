import type { Advance, LaneContext, LaneInput } from './contract.ts';
import { controlLane } from './control-lane.ts';
import { controlSite } from './control-site.ts';
import type { Lane } from './lane.ts';
import { beginStep, endStep, type LaneStep } from './lane-step.ts';
import { type Site, siteOf } from './site-of.ts';

/** A lane that takes a step, and what it takes in. */
export interface Moving {
  readonly lane: Lane;
  /** In the order of their arrival; readings are taken in by their own times. */
  readonly inputs: readonly LaneInput[];
  readonly context: LaneContext;
}

/**
 * Moves lanes on in one step: first each takes its inputs in and lets time pass; then the cars that are plugged in at one
 * limited location are planned together and every other car alone; then each is steered, judged and told. Pure: the same
 * arguments in the same order give the same results, to the byte, in that order.
 * @param standing lanes of cars at those locations that cannot take a step now: what they draw counts.
 * @param now the database's time; an instant before a lane's last step counts as that step's, for all.
 */
export function advanceTogether(
  moving: readonly Moving[],
  standing: readonly Lane[],
  now: number,
): readonly Advance[] {
  const nowMs = moving.reduce((latest, { lane }) => Math.max(latest, lane.steppedAtMs), now);
  const steps = moving.map(({ lane, inputs, context }) => beginStep(lane, inputs, context, nowMs));
  if (steps.every(({ lane }) => siteOf(lane) === null)) {
    return steps.map((step) => endStep(step, controlLane(step.lane, step.isHeardAgain, step.effects), false));
  }
  const steered = new Map<LaneStep, Lane>();
  const disturbed = new Set<LaneStep>();
  for (const [site, there] of sitesOf(steps)) {
    const others = standing.filter((lane) => siteOf(lane)?.locationId === site.locationId);
    const lanes = controlSite(site, there, others, nowMs);
    for (const [index, step] of there.entries()) {
      steered.set(step, lanes[index] ?? step.lane);
      if (step.inputs.length === 0 && there.some(({ inputs }) => inputs.length > 0)) disturbed.add(step);
    }
  }
  return steps.map((step) => {
    const { lane, isHeardAgain, effects } = step;
    const moved = steered.get(step) ?? controlLane(lane, isHeardAgain, effects);
    return endStep(step, moved, disturbed.has(step));
  });
}

/** The steps of cars at limited locations, by location, each with the newest limit that one of them knows. */
function sitesOf(steps: readonly LaneStep[]): ReadonlyMap<Site, readonly LaneStep[]> {
  const byLocation = new Map<string, { site: Site; there: LaneStep[] }>();
  for (const step of steps) {
    const site = siteOf(step.lane);
    if (site === null) continue;
    const known = byLocation.get(site.locationId);
    const newest = known === undefined || known.site.version < site.version ? site : known.site;
    byLocation.set(site.locationId, { site: newest, there: [...(known?.there ?? []), step] });
  }
  return new Map([...byLocation.values()].map(({ site, there }) => [site, there]));
}
