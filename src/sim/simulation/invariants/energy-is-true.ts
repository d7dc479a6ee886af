import type { Finding, Invariant } from '../checker.ts';
import type { CarFact, Shown, ShownSession, StoredSession, TruthFact } from '../facts.ts';
import { parseEvent, type SeenSession, toWh } from '../wire-session.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
/** A meter tells whole Wh. */
const METER_TOLERANCE_WH = 2;
/** Without a meter: power is told in tenths of a kW and held between reports, levels in whole points. */
const OTHER_TOLERANCE_RATIO = 0.06;
const OTHER_TOLERANCE_PERCENT = 2.5;

interface TakenReading {
  readonly atMs: number;
  readonly meterWh: number | null;
}

/**
 * The timeseries has no hole and no negative step, and adds up to what is aggregated, as do the blocks where none runs or
 * is planned; energy only grows; and what a settled session counted is what the plant's meter says of that time, as far
 * as it was told: to the Wh by a meter, within the accuracy of power and level else.
 */
export function energyIsTrue(): Invariant {
  const cars = new Map<string, CarFact>();
  const truths = new Map<string, TruthFact[]>();
  const inputs = new Map<number, TakenReading>();
  const taken = new Map<string, TakenReading[]>();
  const disturbedAt = new Map<string, number[]>();
  const policyBornAt = new Map<string, number>();
  /** By session: what it had counted when it was shown last. */
  const counted = new Map<string, number>();

  function takeIn({ inputs: fresh, steps }: Shown): void {
    for (const { id, observedAtMs, meterWh, isTelling } of fresh) {
      if (isTelling) inputs.set(id, { atMs: observedAtMs, meterWh });
    }
    for (const { vehicleId, inputIds } of steps) {
      for (const id of inputIds) {
        const reading = inputs.get(id);
        inputs.delete(id);
        if (reading !== undefined) listOf(taken, vehicleId).push(reading);
      }
    }
  }

  function judgeRow(session: ShownSession): Finding[] {
    const { id: sessionId, vehicleId, state, policyId, body } = session;
    if (body === null) return [];
    const findings: Finding[] = [];
    const say = (text: string): void => void findings.push({ vehicleId, sessionId, text });
    const totalWh = body.aggregated?.energyWh ?? 0;
    const stepsWh = sum(body.steps.map(({ energyWh }) => energyWh));
    if (stepsWh !== totalWh) say(`aggregated is ${totalWh} Wh, its timeseries ${stepsWh} Wh`);
    if (body.steps.some(({ energyWh }) => energyWh < 0)) say('a step of its timeseries is negative');
    const before = counted.get(sessionId) ?? 0;
    if (totalWh < before) say(`its energy fell from ${before} to ${totalWh} Wh`);
    counted.set(sessionId, totalWh);
    if (state !== 'SETTLED') return findings;
    const blocksWh = sum(body.blocks.map(({ energyWh }) => energyWh));
    // A visit that began before its policy may have fewer blocks.
    const isWhole = policyId !== null && (policyBornAt.get(policyId) ?? 0) <= (body.pluggedInAtMs ?? 0);
    if (isWhole && blocksWh !== totalWh) say(`settled with ${totalWh} Wh, its blocks hold ${blocksWh} Wh`);
    const fault = meterFault(vehicleId, body, totalWh);
    if (fault !== null) say(fault);
    return findings;
  }

  /** Against the plant's own meter. */
  function meterFault(vehicleId: string, body: StoredSession, totalWh: number): string | null {
    const { pluggedInAtMs: inMs, pluggedOutAtMs: outMs } = body;
    const car = cars.get(vehicleId);
    const own = truths.get(vehicleId) ?? [];
    if (car === undefined || inMs === null || outMs === null) return null;
    const readings = taken.get(vehicleId) ?? [];
    // A visit that begins with no reading, as its policy went, has what flowed since the reading before.
    const beganMs = readings.some(({ atMs }) => atMs === inMs) ? inMs : newestUntil(readings, inMs);
    const mostWh = (firstFrom(own, outMs)?.meterWh ?? 0) - (lastUntil(own, beganMs)?.meterWh ?? 0);
    if (!car.hasMeter) {
      const isDisturbed = (disturbedAt.get(vehicleId) ?? []).some((atMs) => atMs >= inMs - QUARTER_HOUR_MS);
      const toleranceWh =
        OTHER_TOLERANCE_RATIO * mostWh + (OTHER_TOLERANCE_PERCENT / 100) * car.model.capacityWh;
      if (isDisturbed || Math.abs(totalWh - mostWh) <= toleranceWh) return null;
      return `it counted ${totalWh} Wh, the plant's meter ${round(mostWh)} Wh, more than ${round(toleranceWh)} Wh away`;
    }
    const told = readings.filter(({ atMs, meterWh }) => meterWh !== null && atMs >= inMs && atMs <= outMs);
    const last = told.reduce<TakenReading | null>(
      (best, one) => (best && best.atMs > one.atMs ? best : one),
      null,
    );
    const leastWh = (last?.meterWh ?? 0) - (told[0]?.meterWh ?? 0);
    if (totalWh >= leastWh - METER_TOLERANCE_WH && totalWh <= mostWh + METER_TOLERANCE_WH) return null;
    return `it counted ${totalWh} Wh, the plant's meter ${round(leastWh)} to ${round(mostWh)} Wh`;
  }

  return (fact) => {
    switch (fact.kind) {
      case 'car':
        cars.set(fact.vehicleId, fact);
        return [];
      case 'policy':
        if (fact.isLive) policyBornAt.set(fact.policyId, fact.atMs);
        return [];
      case 'truth':
        listOf(truths, fact.vehicleId).push(fact);
        return [];
      case 'disturbed':
        listOf(disturbedAt, fact.vehicleId).push(fact.atMs);
        return [];
      case 'shown':
        takeIn(fact);
        return [
          ...fact.sessions.flatMap(judgeRow),
          ...fact.events.flatMap(({ body }) => {
            const { session, createdAt } = parseEvent(body);
            return session === undefined ? [] : judgeSeries(session, Date.parse(createdAt));
          }),
        ];
      default:
        return [];
    }
  };
}

/** The series as it was told: quarter hours on the clock, from the one of plug-in to the one of now or of plug-out. */
function judgeSeries(session: SeenSession, toldAtMs: number): Finding[] {
  const { id: sessionId, vehicleId, pluggedInAt, pluggedOutAt, statistics } = session;
  const { timeseries, aggregated } = statistics;
  const findings: Finding[] = [];
  const say = (text: string): void => void findings.push({ vehicleId, sessionId, text });
  if (pluggedInAt === null) {
    if (timeseries.length > 0 || aggregated !== null) say('statistics before any plug-in');
    return findings;
  }
  const steps = timeseries.map(({ startAt, endAt, kwh }) => ({
    startAtMs: Date.parse(startAt),
    endAtMs: Date.parse(endAt),
    energyWh: toWh(kwh),
  }));
  const endMs = pluggedOutAt === null ? toldAtMs : Date.parse(pluggedOutAt);
  const first = steps[0];
  const last = steps.at(-1);
  const firstMs = Math.floor(Date.parse(pluggedInAt) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  if (first?.startAtMs !== firstMs)
    say(`plugged in at ${pluggedInAt}, its series begins ${timeseries[0]?.startAt}`);
  if (last !== undefined && (last.endAtMs < endMs || last.startAtMs > endMs)) {
    say(`told at ${new Date(toldAtMs).toISOString()}, its series ends ${timeseries.at(-1)?.endAt}`);
  }
  for (const [index, { startAtMs, endAtMs, energyWh }] of steps.entries()) {
    const at = timeseries[index]?.startAt;
    if (endAtMs - startAtMs !== QUARTER_HOUR_MS) say(`its step at ${at} is no quarter hour`);
    const next = steps[index + 1];
    if (next !== undefined && next.startAtMs !== endAtMs) say(`its series has a hole after ${at}`);
    if (energyWh < 0) say(`its step at ${at} is negative: ${energyWh} Wh`);
  }
  const totalWh = toWh(aggregated?.kwhSum ?? 0);
  const stepsWh = sum(steps.map(({ energyWh }) => energyWh));
  if (stepsWh !== totalWh) say(`told ${totalWh} Wh, its series holds ${stepsWh} Wh`);
  return findings;
}

function listOf<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const found = lists.get(key) ?? [];
  lists.set(key, found);
  return found;
}

/** The first that is not before an instant. They ascend; the end is looked at first, as most is asked of late ones. */
function firstFrom<Item extends { readonly atMs: number }>(
  items: readonly Item[],
  atMs: number,
): Item | null {
  let found: Item | null = null;
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item === undefined || item.atMs < atMs) break;
    found = item;
  }
  return found;
}

/** The last that is not after an instant; of several at one instant the first of them. */
function lastUntil<Item extends { readonly atMs: number }>(
  items: readonly Item[],
  atMs: number,
): Item | null {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item !== undefined && item.atMs <= atMs) return item;
  }
  return null;
}

/** The newest instant of a reading that is not after an instant; they are in the order in which they were taken in. */
function newestUntil(readings: readonly TakenReading[], atMs: number): number {
  return readings.reduce((newest, one) => (one.atMs <= atMs ? Math.max(newest, one.atMs) : newest), 0);
}

function round(energyWh: number): number {
  return Math.round(energyWh);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
