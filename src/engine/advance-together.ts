import { isNewsOfCar } from './cause.ts';
import type { Advance, LaneContext, LaneInput } from './contract.ts';
import { controlLane } from './control-lane.ts';
import { controlSite } from './control-site.ts';
import type { Lane } from './lane.ts';
import { beginStep, endStep, type LaneStep, type SteeredStep } from './lane-step.ts';
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
  const steps = stepsOf(moving, standing, nowMs);
  const withoutNews = withoutInputs(isNewsOfCar, moving, standing, nowMs);
  const withoutAll = withoutInputs(() => true, moving, standing, nowMs);
  // What another car was told is no input of this one: where time alone would have done the same, all that came is left out.
  return steps.map((step, index) =>
    endStep(step, () => (step.isOthers ? withoutAll() : withoutNews())?.[index] ?? null),
  );
}

/** Each lane's step up to where its car is steered. */
function stepsOf(
  moving: readonly Moving[],
  standing: readonly Lane[],
  nowMs: number,
): readonly SteeredStep[] {
  const steps = moving.map(({ lane, inputs, context }) => beginStep(lane, inputs, context, nowMs));
  const alone = (step: LaneStep): Lane => controlLane(step.lane, step.isHeardAgain, step.effects);
  if (steps.every(({ lane }) => siteOf(lane) === null)) {
    return steps.map((step) => ({ ...step, steered: alone(step), isOthers: false }));
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
  return steps.map((step) => ({
    ...step,
    steered: steered.get(step) ?? alone(step),
    isOthers: disturbed.has(step),
  }));
}

/**
 * The same steps without some of what they took in: made once, when it is asked for, which is where an entry of a
 * history is written. Nothing of it is kept or told. Null where there is no such input.
 */
function withoutInputs(
  isLeftOut: (input: LaneInput) => boolean,
  moving: readonly Moving[],
  standing: readonly Lane[],
  nowMs: number,
): () => readonly SteeredStep[] | null {
  let made: readonly SteeredStep[] | null = null;
  return () => {
    if (made === null && moving.some(({ inputs }) => inputs.some(isLeftOut))) {
      const undisturbed = moving.map(({ lane, inputs, context }) => ({
        lane,
        inputs: inputs.filter((input) => !isLeftOut(input)),
        context: { ...context, newId: () => 'none' },
      }));
      made = stepsOf(undisturbed, standing, nowMs);
    }
    return made;
  };
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
