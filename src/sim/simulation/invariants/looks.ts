import type { ShownSession, StoredSession } from '../facts.ts';
import { atMsOf, type SeenSession, toWh } from '../wire-session.ts';

/** What a session looks like from outside, from its row or from an event: levels in whole percent, energies in Wh. */
export interface Looks {
  readonly state: string;
  readonly pluggedInAtMs: number | null;
  readonly pluggedOutAtMs: number | null;
  readonly blocks: readonly {
    readonly type: string;
    readonly startAtMs: number;
    readonly endAtMs: number;
    readonly energyWh: number;
  }[];
  readonly target: string;
  readonly outcome: {
    readonly targetId: number;
    readonly state: string;
    readonly levelPercent: number | null;
    readonly reachedAtMs: number | null;
  } | null;
  readonly errorCode: string | null;
  readonly total: string;
  /** Quarter hours with energy. */
  readonly steps: string;
  readonly cost: string;
}

/** What is told at once when it moves by so much. webhooks.md; decision 0006. */
const NEWS_MS = 5 * 60_000;
const NEWS_PERCENT = 1;

export function looksOfEvent(session: SeenSession): Looks {
  const { target, outcome, error, valuation, statistics } = session;
  const aim = target.latest;
  const fate = outcome.latest;
  const all = statistics.aggregated;
  return {
    state: session.state,
    pluggedInAtMs: atMsOf(session.pluggedInAt),
    pluggedOutAtMs: atMsOf(session.pluggedOutAt),
    blocks: session.blocks.map(({ type, startAt, endAt, kwhSum }) => ({
      type,
      startAtMs: Date.parse(startAt),
      endAtMs: Date.parse(endAt),
      energyWh: toWh(kwhSum),
    })),
    target:
      aim === null
        ? ''
        : targetText(
            aim.type,
            aim.id,
            aim.minimumChargeTarget,
            aim.source,
            aim.batteryReserve,
            atMsOf(aim.readyBy ?? null),
          ),
    outcome:
      fate === null
        ? null
        : {
            targetId: fate.targetId,
            state: fate.state,
            levelPercent: fate.batteryLevelAtReadyBy,
            reachedAtMs: atMsOf(fate.minimumChargeTargetReachedAt),
          },
    errorCode: error.latest?.code ?? null,
    total: all === null ? '' : `${toWh(all.kwhSum)} ${all.batteryFrom} ${all.batteryTo}`,
    steps: statistics.timeseries
      .filter(({ kwh }) => kwh > 0)
      .map(({ startAt, kwh, batteryLevel }) => `${Date.parse(startAt)}:${toWh(kwh)}:${batteryLevel}`)
      .join(),
    cost:
      valuation === null
        ? ''
        : `${micros(valuation.tariffCost.actual)} ${micros(valuation.tariffCost.baseline)}`,
  };
}

export function looksOfRow({ state }: ShownSession, body: StoredSession): Looks {
  const { target, outcome, error, valuation, aggregated } = body;
  return {
    state,
    pluggedInAtMs: body.pluggedInAtMs,
    pluggedOutAtMs: body.pluggedOutAtMs,
    // On the wire instants are cut to whole milliseconds.
    blocks: body.blocks.map(({ type, startAtMs, endAtMs, energyWh }) => ({
      type,
      startAtMs: Math.floor(startAtMs),
      endAtMs: Math.floor(endAtMs),
      energyWh,
    })),
    target:
      target === null
        ? ''
        : targetText(
            target.kind,
            target.id,
            target.targetPercent,
            target.source,
            target.reservePercent,
            target.readyByMs,
          ),
    outcome:
      outcome === null
        ? null
        : {
            targetId: outcome.targetId,
            state: outcome.state,
            levelPercent: whole(outcome.levelAtReadyByPercent),
            reachedAtMs: outcome.reachedAtMs === null ? null : Math.floor(outcome.reachedAtMs),
          },
    errorCode: error?.code ?? null,
    total:
      aggregated === null
        ? ''
        : `${aggregated.energyWh} ${whole(aggregated.levelFromPercent)} ${whole(aggregated.levelToPercent)}`,
    steps: stepsText(body),
    cost: valuation === null ? '' : `${valuation.actualMicros} ${valuation.baselineMicros}`,
  };
}

/** A quarter hour in which no level was told is shown with the one before. */
function stepsText({ steps, aggregated }: StoredSession): string {
  const texts: string[] = [];
  let level = aggregated?.levelFromPercent ?? null;
  for (const { startAtMs, energyWh, levelPercent } of steps) {
    level = levelPercent ?? level;
    if (energyWh > 0) texts.push(`${startAtMs}:${energyWh}:${whole(level)}`);
  }
  return texts.join();
}

/** What is told at once and differs, in words; null where nothing is. */
export function newsBetween(before: Looks, now: Looks): string | null {
  const differs = (what: string, one: unknown, other: unknown): string | null =>
    one === other ? null : `${what} from ${one} to ${other}`;
  return (
    differs('state', before.state, now.state) ??
    differs('plug-in', before.pluggedInAtMs, now.pluggedInAtMs) ??
    differs('plug-out', before.pluggedOutAtMs, now.pluggedOutAtMs) ??
    differs('target', before.target, now.target) ??
    differs('error', before.errorCode, now.errorCode) ??
    differs('outcome', before.outcome?.state, now.outcome?.state) ??
    differs('target of the outcome', before.outcome?.targetId, now.outcome?.targetId) ??
    predictionNews(before.outcome, now.outcome) ??
    blockNews(before.blocks, now.blocks)
  );
}

function predictionNews(before: Looks['outcome'], now: Looks['outcome']): string | null {
  if (before === null || now === null) return null;
  if (isFar(before.reachedAtMs, now.reachedAtMs, NEWS_MS)) {
    return `target reached at ${before.reachedAtMs}, now ${now.reachedAtMs}`;
  }
  // Shown in whole points: what is shown two apart has moved by more than one.
  const isOther = isFar(before.levelPercent, now.levelPercent, NEWS_PERCENT + 1);
  return isOther ? `level at readyBy ${before.levelPercent}, now ${now.levelPercent}` : null;
}

function blockNews(before: Looks['blocks'], now: Looks['blocks']): string | null {
  if (before.length !== now.length) return `${before.length} blocks, now ${now.length}`;
  for (const [index, one] of before.entries()) {
    const other = now[index];
    const isSame =
      other !== undefined &&
      one.type === other.type &&
      !isFar(one.startAtMs, other.startAtMs, NEWS_MS) &&
      !isFar(one.endAtMs, other.endAtMs, NEWS_MS);
    if (!isSame) return `block ${index + 1} was ${JSON.stringify(one)}, now ${JSON.stringify(other)}`;
  }
  return null;
}

/** Everything that is shown, in one text: equal texts are equal sessions. */
export function fullText(looks: Looks): string {
  const { blocks, ...rest } = looks;
  const rows = blocks.map(({ type, startAtMs, endAtMs, energyWh }) => [type, startAtMs, endAtMs, energyWh]);
  return JSON.stringify([rest, rows]);
}

/** The first part that differs, with both values; for a message. */
export function differenceOf(before: Looks, now: Looks): string {
  const parts = (looks: Looks) =>
    Object.entries(looks).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const other = parts(now);
  const index = parts(before).findIndex((part, place) => part !== other[place]);
  const [was, is] = [parts(before)[index] ?? '', other[index] ?? ''];
  const from = Math.max(0, [...was].findIndex((letter, place) => letter !== is[place]) - 20);
  const cut = (text: string) =>
    text.length <= SHOWN_LENGTH ? text : `…${text.slice(from, from + SHOWN_LENGTH)}`;
  return index < 0 ? 'nothing' : `${cut(was)}, now ${cut(is)}`;
}

const SHOWN_LENGTH = 120;

function targetText(
  kind: string,
  id: number,
  percent: number,
  source: string | undefined,
  reservePercent: number | undefined,
  readyByMs: number | null | undefined,
): string {
  return [kind, id, Math.round(percent), source, whole(reservePercent ?? null), readyByMs].join(' ').trim();
}

function isFar(before: number | null, now: number | null, least: number): boolean {
  return before === null || now === null ? before !== now : Math.abs(now - before) >= least;
}

function whole(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent);
}

function micros(amount: number): number {
  return Math.round(amount * 1e6);
}
