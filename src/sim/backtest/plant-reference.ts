import type { PriceSlot } from '../../domain/price.ts';
import { MINUTE_MS } from '../../domain/units.ts';
import {
  type ChargeModel,
  deliveredMillijoules,
  durationForMs,
  MILLIJOULES_PER_WH,
} from '../charge-model.ts';
import { bestCharge, type Run } from './best-charge.ts';
import { nextPublicationAtMs, type Publication, publishedUntilMs } from './publication.ts';
import type { ReferenceCosts } from './reference.ts';

/** One visit of a car that charges as its model says, and of whose model the rules below are told everything. */
export interface PlantCase {
  readonly model: ChargeModel;
  readonly startPercent: number;
  /** Charged to here. */
  readonly targetPercent: number;
  readonly pluggedInAtMs: number;
  /** When the car really leaves. */
  readonly pluggedOutAtMs: number;
  /** What a planner is told; perfect foresight knows an earlier plug-out too. */
  readonly readyByMs: number;
  readonly minRunMinutes: number;
  /** Prices that cover the time from plug-in to plug-out, and to ready-by where that is later. */
  readonly slots: readonly PriceSlot[];
}

export interface PlantReference {
  readonly costs: ReferenceCosts;
  /** Runs of perfect foresight. */
  readonly startsOfOptimum: number;
}

/**
 * What simple rules would have cost on a car with taper, under the same minimum run as the engine's: the columns of
 * reference.ts, on a grid of minutes from plug-in on. Written without the engine or its planner. What is not charged at
 * ready-by is charged right after it, until plug-out.
 */
export function plantReference(given: PlantCase, publication: Publication): PlantReference {
  const visit = visitOf(given);
  const knownAtPlugIn = minutesUntil(visit, publishedUntilMs(publication, given.pluggedInAtMs));
  const once = plannedOnKnown(visit, 0, knownAtPlugIn, 0);
  const dueAt = Math.min(visit.dueAt, visit.endsAt);
  const isAllKnown = Math.min(knownAtPlugIn, visit.dueAt) === dueAt;
  const foresight = isAllKnown ? once : plannedOnKnown(visit, 0, dueAt, 0);
  const needed = visit.minutesKwh.length;
  const lateFrom = Math.max(0, visit.dueAt - needed);
  return {
    costs: {
      atOnce: costOf(visit, [{ from: 0, to: needed }]),
      asLateAsPossible: costOf(visit, [{ from: lateFrom, to: lateFrom + needed }]),
      plannedOnce: costOf(visit, once),
      replanned: costOf(visit, replanned(visit, once, publication)),
      perfectForesight: costOf(visit, foresight),
    },
    startsOfOptimum: foresight.length,
  };
}

/** A visit in minutes since plug-in. */
interface Visit {
  readonly given: PlantCase;
  /** Energy, kWh, of each minute of charging until the target. */
  readonly minutesKwh: Float64Array;
  readonly prices: Float64Array;
  readonly dueAt: number;
  readonly endsAt: number;
}

function visitOf(given: PlantCase): Visit {
  const toMinutes = (atMs: number): number => Math.floor((atMs - given.pluggedInAtMs) / MINUTE_MS);
  const endsAt = toMinutes(given.pluggedOutAtMs);
  // Where the prices end before ready-by nothing can be planned after them.
  const dueAt = toMinutes(Math.min(given.readyByMs, given.slots.at(-1)?.endAtMs ?? given.readyByMs));
  return {
    given,
    minutesKwh: minutesKwhOf(given),
    prices: pricesOf(given, Math.max(endsAt, dueAt)),
    dueAt,
    endsAt,
  };
}

function minutesKwhOf({ model, startPercent, targetPercent }: PlantCase): Float64Array {
  const storedWh = (Math.max(0, targetPercent - startPercent) / 100) * model.capacityWh;
  const wholeMillijoules = (storedWh * MILLIJOULES_PER_WH) / model.efficiency;
  const durationMs = durationForMs(model, startPercent, wholeMillijoules);
  const minutes = Math.ceil((durationMs - ROUNDING_MS) / MINUTE_MS);
  const until = (minute: number): number =>
    minute === minutes ? wholeMillijoules : deliveredMillijoules(model, startPercent, minute * MINUTE_MS);
  return Float64Array.from(
    { length: minutes },
    (_, minute) => (until(minute + 1) - until(minute)) / MILLIJOULES_PER_WH / 1000,
  );
}

/** Whole ms are rounded up, and a bit of a float can be one of them: that is no further minute. */
const ROUNDING_MS = 2;

/** The mean price of each minute; a price that changes within a minute counts by time. */
function pricesOf({ slots, pluggedInAtMs }: PlantCase, minutes: number): Float64Array {
  const prices = new Float64Array(minutes);
  let index = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const toMs = pluggedInAtMs + (minute + 1) * MINUTE_MS;
    let atMs = toMs - MINUTE_MS;
    while (atMs < toMs) {
      const slot = slots[index];
      if (slot === undefined) throw new Error('expected prices for the whole visit');
      if (slot.price === null) throw new Error('expected prices for the whole visit');
      if (slot.endAtMs <= atMs) {
        index += 1;
        continue;
      }
      const untilMs = Math.min(toMs, slot.endAtMs);
      prices[minute] = (prices[minute] ?? 0) + (slot.price * (untilMs - atMs)) / MINUTE_MS;
      atMs = untilMs;
    }
  }
  return prices;
}

function minutesUntil({ given }: Visit, atMs: number): number {
  return Math.max(0, Math.ceil((atMs - given.pluggedInAtMs) / MINUTE_MS));
}

/** The cheapest runs in a window for what is left after some minutes of charging. */
function planned({ given, prices, minutesKwh }: Visit, window: Run, charged: number): readonly Run[] {
  const runs = bestCharge({
    prices: prices.subarray(window.from, window.to),
    minutesKwh: minutesKwh.subarray(charged),
    minRunMinutes: given.minRunMinutes,
  });
  return runs.map(({ from, to }) => ({ from: from + window.from, to: to + window.from }));
}

/** Where the known prices before ready-by do not suffice, all of them are taken, and what comes next. */
function plannedOnKnown(visit: Visit, from: number, knownUntil: number, charged: number): readonly Run[] {
  const to = Math.max(from, Math.min(knownUntil, visit.dueAt));
  return completed(visit, planned(visit, { from, to }, charged), visit.minutesKwh.length - charged, from);
}

/** Runs that fill their window are gone on with until the charge is whole. */
function completed(visit: Visit, runs: readonly Run[], needed: number, from = 0): readonly Run[] {
  const missing = needed - runs.reduce((sum, run) => sum + run.to - run.from, 0);
  if (missing <= 0) return runs;
  const startsAt = runs.at(-1)?.to ?? Math.min(from, visit.endsAt);
  const more = { from: startsAt, to: startsAt + missing };
  return runs.length === 0
    ? [more]
    : [...runs.slice(0, -1), { from: runs.at(-1)?.from ?? startsAt, to: more.to }];
}

/** @param once as planned at plug-in, which is gone by until the first publication. */
function replanned(visit: Visit, once: readonly Run[], publication: Publication): readonly Run[] {
  const { given, endsAt } = visit;
  const done: Run[] = [];
  let charged = 0;
  let from = 0;
  while (from < endsAt && charged < visit.minutesKwh.length) {
    const fromMs = given.pluggedInAtMs + from * MINUTE_MS;
    const to = Math.min(endsAt, minutesUntil(visit, nextPublicationAtMs(publication, fromMs)));
    const known = minutesUntil(visit, publishedUntilMs(publication, fromMs));
    const runs = from === 0 ? once : plannedOnKnown(visit, from, known, charged);
    for (const run of runs) {
      if (run.from >= to) break;
      const part = { from: run.from, to: Math.min(run.to, to) };
      done.push(part);
      charged += part.to - part.from;
    }
    from = to;
  }
  return done;
}

/** The cost of what is charged before plug-out. */
function costOf({ minutesKwh, prices, endsAt }: Visit, runs: readonly Run[]): number {
  let cost = 0;
  let charged = 0;
  for (const { from, to } of runs) {
    for (let minute = from; minute < Math.min(to, endsAt); minute++) {
      cost += (prices[minute] ?? 0) * (minutesKwh[charged] ?? 0);
      charged += 1;
    }
  }
  return cost;
}
