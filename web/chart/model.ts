import type { Plan, ResolvedTariff, Session } from '../data/types.ts';
import type { Span } from './span.ts';

/** A price over a span. */
export interface PriceSlot extends Span {
  readonly price: number;
  readonly isForecast: boolean;
}

export interface ChartBlock extends Span {
  readonly type: Session['blocks'][number]['type'];
  readonly kwh: number;
  /** Of a block under way: the part that was not charged yet. */
  readonly plannedFromMs: number;
}

/** A quarter hour, or the part of it that has been. */
export interface ChartStep extends Span {
  readonly kwh: number;
  readonly level: number | null;
  /** Mean power, kW. */
  readonly rate: number;
}

export interface LevelPoint {
  readonly atMs: number;
  readonly level: number;
}

/** All that the chart and its table show. */
export interface ChartModel {
  readonly span: Span;
  readonly zone: string;
  readonly currency: string | null;
  readonly prices: readonly PriceSlot[];
  readonly blocks: readonly ChartBlock[];
  readonly steps: readonly ChartStep[];
  readonly levels: readonly LevelPoint[];
  /** From now on, along the planned blocks. */
  readonly expected: readonly LevelPoint[];
  readonly target: number | null;
  readonly reserve: number | null;
  readonly readyByMs: number | null;
  readonly pluggedInMs: number | null;
  readonly pluggedOutMs: number | null;
  /** Null once the session is settled. */
  readonly nowMs: number | null;
}

interface ChartInput {
  readonly session: Session;
  readonly plan: Plan | null;
  readonly tariff: ResolvedTariff | null;
  readonly span: Span;
  readonly nowMs: number;
  readonly zone: string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A session, its plan and the prices around it as what is drawn. */
export function chartModel({ session, plan, tariff, span, nowMs, zone }: ChartInput): ChartModel {
  const { target } = session;
  const isSettled = session.state === 'SETTLED';
  const pluggedInMs = session.pluggedInAt === null ? null : Date.parse(session.pluggedInAt);
  const pluggedOutMs = session.pluggedOutAt === null ? null : Date.parse(session.pluggedOutAt);
  const seenToMs = pluggedOutMs ?? nowMs;
  const blocks = session.blocks.map((block) => ({
    type: block.type,
    kwh: block.kwhSum,
    ...spanOf(block),
    plannedFromMs: isSettled ? Date.parse(block.endAt) : Math.max(nowMs, Date.parse(block.startAt)),
  }));
  const steps = stepsOf(session, pluggedInMs ?? span.fromMs, seenToMs);
  const levels = levelsOf(session, pluggedInMs, steps);
  return {
    span,
    zone,
    currency: tariff?.currency ?? plan?.currency ?? null,
    prices: pricesOf(tariff, plan, span),
    blocks,
    steps,
    levels,
    expected: isSettled ? [] : expectedOf(session, blocks, levels, nowMs),
    target: target.latest?.minimumChargeTarget ?? null,
    reserve: target.latest?.type === 'REGULAR' ? target.latest.batteryReserve : null,
    readyByMs: target.latest?.type === 'REGULAR' ? Date.parse(target.latest.readyBy) : null,
    pluggedInMs,
    pluggedOutMs,
    nowMs: isSettled ? null : nowMs,
  };
}

/** Known prices of the tariff, and after them what the plan counts with. No price leaves a hole. */
function pricesOf(tariff: ResolvedTariff | null, plan: Plan | null, span: Span): PriceSlot[] {
  const known: PriceSlot[] = (tariff?.values ?? []).flatMap(({ at, rate }, index) => {
    const next = tariff?.values[index + 1]?.at ?? tariff?.to ?? at;
    return rate === null
      ? []
      : [{ fromMs: Date.parse(at), toMs: Date.parse(next), price: rate, isForecast: false }];
  });
  const knownToMs = known.at(-1)?.toMs ?? span.fromMs;
  const planned = (plan?.slots ?? []).flatMap(({ startAt, endAt, price, provenance }) =>
    price === null || Date.parse(endAt) <= knownToMs
      ? []
      : [
          {
            fromMs: Math.max(Date.parse(startAt), knownToMs),
            toMs: Date.parse(endAt),
            price,
            isForecast: provenance === 'forecast',
          },
        ],
  );
  return [...known, ...planned].flatMap((slot) => clipped(slot, span));
}

function stepsOf(session: Session, pluggedInMs: number, seenToMs: number): ChartStep[] {
  return session.statistics.timeseries.flatMap((step) => {
    const { fromMs, toMs } = spanOf(step);
    const seen = { fromMs: Math.max(fromMs, pluggedInMs), toMs: Math.min(toMs, seenToMs) };
    if (seen.toMs <= seen.fromMs) return [];
    // Of seconds no power can be told.
    const hours = Math.max(seen.toMs - seen.fromMs, MINUTE_MS) / HOUR_MS;
    return [{ ...seen, kwh: step.kwh, level: step.batteryLevel, rate: step.kwh / hours }];
  });
}

function levelsOf(session: Session, pluggedInMs: number | null, steps: readonly ChartStep[]): LevelPoint[] {
  const from = session.statistics.aggregated?.batteryFrom ?? null;
  const first = from === null || pluggedInMs === null ? [] : [{ atMs: pluggedInMs, level: from }];
  const rest = steps.flatMap(({ toMs, level }) => (level === null ? [] : [{ atMs: toMs, level }]));
  return [...first, ...rest];
}

/** The level rises with the planned energy, to what the outcome expects at the end. */
function expectedOf(
  session: Session,
  blocks: readonly ChartBlock[],
  levels: readonly LevelPoint[],
  nowMs: number,
): LevelPoint[] {
  const last = levels.at(-1);
  const atEnd = session.outcome.latest?.batteryLevelAtReadyBy ?? null;
  const ahead = blocks.filter(({ toMs }) => toMs > nowMs);
  if (last === undefined || atEnd === null || ahead.length === 0) return [];
  const energyOf = ({ kwh, plannedFromMs, fromMs, toMs }: ChartBlock): number =>
    (kwh * (toMs - plannedFromMs)) / (toMs - fromMs);
  const total = ahead.reduce((sum, block) => sum + energyOf(block), 0);
  const points: LevelPoint[] = [{ atMs: nowMs, level: last.level }];
  let charged = 0;
  for (const block of ahead) {
    const levelNow = (): number => last.level + ((atEnd - last.level) * charged) / total;
    points.push({ atMs: block.plannedFromMs, level: levelNow() });
    charged += energyOf(block);
    points.push({ atMs: block.toMs, level: levelNow() });
  }
  return points;
}

function spanOf({ startAt, endAt }: { readonly startAt: string; readonly endAt: string }): Span {
  return { fromMs: Date.parse(startAt), toMs: Date.parse(endAt) };
}

function clipped(slot: PriceSlot, { fromMs, toMs }: Span): PriceSlot[] {
  const inside = { ...slot, fromMs: Math.max(slot.fromMs, fromMs), toMs: Math.min(slot.toMs, toMs) };
  return inside.toMs > inside.fromMs ? [inside] : [];
}
