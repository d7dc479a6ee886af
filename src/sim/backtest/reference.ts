import type { PriceSlot } from '../../domain/price.ts';
import { HOUR_MS } from '../../domain/units.ts';
import { nextPublicationAtMs, type Publication, publishedUntilMs } from './publication.ts';

/** What a session would have cost under simple rules, in the currency of the prices. */
export interface ReferenceCosts {
  readonly atOnce: number;
  readonly asLateAsPossible: number;
  /** Planned at plug-in on the prices published then, and never again. */
  readonly plannedOnce: number;
  /** Planned at plug-in and at each publication, without a forecast. */
  readonly replanned: number;
  readonly perfectForesight: number;
}

export interface ReferenceCase {
  readonly pluggedInAtMs: number;
  readonly pluggedOutAtMs: number;
  /** After plug-out, or at it, the whole visit may be used; before it, the rest of the visit is for what did not fit. */
  readonly readyByMs: number;
  readonly powerKw: number;
  readonly energyKwh: number;
  /** Prices that cover the visit, cut at its ends. */
  readonly slots: readonly PriceSlot[];
}

/**
 * The columns that the engine is compared with: constant power, no losses, no cost of a start, any number of
 * pauses. Written without the engine or its planner. What does not fit into the visit is left out.
 */
export function referenceCosts(given: ReferenceCase, publication: Publication): ReferenceCosts {
  const needMs = (given.energyKwh / given.powerKw) * HOUR_MS;
  const spans = spansOf(given.slots, given.readyByMs);
  const inTime = spans.filter((span) => span.endAtMs <= given.readyByMs);
  const late = spans.filter((span) => span.endAtMs > given.readyByMs);
  const costOf = (order: readonly Span[]): number => given.powerKw * priceHours(fill(order, needMs));
  return {
    atOnce: costOf(spans),
    asLateAsPossible: costOf([...inTime.toReversed(), ...late]),
    plannedOnce: costOf(plannedOrder(inTime, late, publishedUntilMs(publication, given.pluggedInAtMs))),
    replanned: given.powerKw * replannedPriceHours(given, inTime, late, needMs, publication),
    perfectForesight: costOf([...cheapestFirst(inTime), ...late]),
  };
}

/** Runs of perfect foresight, its partly used slot laid beside a used one where it can be. */
export function startsOfOptimum(given: ReferenceCase): number {
  const needMs = (given.energyKwh / given.powerKw) * HOUR_MS;
  const spans = spansOf(given.slots, given.readyByMs);
  const inTime = spans.filter((span) => span.endAtMs <= given.readyByMs);
  const late = spans.filter((span) => span.endAtMs > given.readyByMs);
  const taken = fill([...cheapestFirst(inTime), ...late], needMs);
  const starts = new Set(taken.map((span) => span.startAtMs));
  const partly = taken.at(-1);
  let runs = 0;
  let reachedMs = Number.NaN;
  let hasSplit = false;
  for (const span of spans) {
    if (!starts.has(span.startAtMs)) continue;
    if (span.startAtMs !== reachedMs) runs += 1;
    // Used slots on both sides: the part touches one of them, and leaves a pause before the other.
    const isPartly = partly?.startAtMs === span.startAtMs && partly.endAtMs < span.endAtMs;
    hasSplit ||= isPartly && span.startAtMs === reachedMs && starts.has(span.endAtMs);
    reachedMs = span.endAtMs;
  }
  return runs + (hasSplit ? 1 : 0);
}

interface Span {
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly price: number;
}

function spansOf(slots: readonly PriceSlot[], readyByMs: number): Span[] {
  return slots.flatMap(({ startAtMs, endAtMs, price }) => {
    if (price === null) throw new Error('expected prices for the whole visit');
    const span = { startAtMs, endAtMs, price };
    return readyByMs > startAtMs && readyByMs < endAtMs
      ? [
          { ...span, endAtMs: readyByMs },
          { ...span, startAtMs: readyByMs },
        ]
      : [span];
  });
}

/** Known spans, the cheapest first; then the others as they come. */
function plannedOrder(inTime: readonly Span[], late: readonly Span[], knownUntilMs: number): Span[] {
  const known = inTime.filter((span) => span.startAtMs < knownUntilMs);
  const unknown = inTime.filter((span) => span.startAtMs >= knownUntilMs);
  return [...cheapestFirst(known), ...unknown, ...late];
}

function cheapestFirst(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => a.price - b.price || a.startAtMs - b.startAtMs);
}

/** Takes the spans in the given order, each from its start, until the need is filled. */
function fill(order: readonly Span[], needMs: number): Span[] {
  const taken: Span[] = [];
  let leftMs = needMs;
  for (const span of order) {
    if (leftMs <= 0) break;
    const lengthMs = Math.min(leftMs, span.endAtMs - span.startAtMs);
    taken.push({ ...span, endAtMs: span.startAtMs + lengthMs });
    leftMs -= lengthMs;
  }
  return taken;
}

function priceHours(spans: readonly Span[]): number {
  let sum = 0;
  for (const span of spans) sum += (span.price * (span.endAtMs - span.startAtMs)) / HOUR_MS;
  return sum;
}

function replannedPriceHours(
  given: ReferenceCase,
  inTime: readonly Span[],
  late: readonly Span[],
  needMs: number,
  publication: Publication,
): number {
  let sum = 0;
  let leftMs = needMs;
  let fromMs = given.pluggedInAtMs;
  while (fromMs < given.pluggedOutAtMs) {
    const toMs = Math.min(nextPublicationAtMs(publication, fromMs), given.pluggedOutAtMs);
    const plan = fill(
      plannedOrder(after(inTime, fromMs), after(late, fromMs), publishedUntilMs(publication, fromMs)),
      leftMs,
    );
    const done = before(plan, toMs);
    sum += priceHours(done);
    for (const span of done) leftMs -= span.endAtMs - span.startAtMs;
    fromMs = toMs;
  }
  return sum;
}

function after(spans: readonly Span[], atMs: number): Span[] {
  return spans
    .filter((span) => span.endAtMs > atMs)
    .map((span) => ({ ...span, startAtMs: Math.max(span.startAtMs, atMs) }));
}

function before(spans: readonly Span[], atMs: number): Span[] {
  return spans
    .filter((span) => span.startAtMs < atMs)
    .map((span) => ({ ...span, endAtMs: Math.min(span.endAtMs, atMs) }));
}
