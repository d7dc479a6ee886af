import type { Finding, Invariant } from '../checker.ts';
import type { Shown, TruthFact } from '../facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What the service could not know is in a report by then, and answered. */
const ANSWERED_MS = 6 * MINUTE_MS;
/** So much more than planned is how power is rounded (decision 0010). */
const ROUNDING_RATIO = 1.02;
/** A car alone may draw so much more: a fuse counts amperes, and the voltage varies (decision 0010). */
const VOLTAGE_RATIO = 1.1;

/** What a car drew between two looks at it. */
interface Stretch {
  readonly vehicleId: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly powerKw: number;
}

interface Connection {
  maxPowerKw: number | null;
  stretches: readonly Stretch[];
  judgedMs: number;
  /** Until then it may be too much for a reason that the service was told of too late. */
  excusedUntilMs: number;
}

/**
 * What the cars at a location draw together, by their own meters, stays within its `maxPower`. Excused for some minutes are
 * a limit or a policy that changed, a car that started by itself and one of which no power was known; for as long as it is
 * there a car with a fault; and for ever cars that nobody asked to be managed, while no other one draws.
 */
export function connectionsHold(): Invariant {
  const connections = new Map<string, Connection>();
  const last = new Map<string, TruthFact>();
  const pluggedInAtMs = new Map<string, number>();
  const disturbedAtMs = new Map<string, number>();
  const isPowerKnown = new Set<string>();
  /** By vehicle: where it has a policy. */
  const managedAt = new Map<string, string>();
  /** By vehicle: when a start was sent to it last. */
  const startSentAtMs = new Map<string, number>();

  function excuse(locationId: string | null, atMs: number): void {
    const connection = connections.get(locationId ?? '');
    if (connection === undefined) return;
    connection.excusedUntilMs = Math.max(connection.excusedUntilMs, atMs + ANSWERED_MS);
  }

  function takeTruth(fact: TruthFact): Finding[] {
    const { vehicleId, atMs, isCharging, locationId } = fact;
    const before = last.get(vehicleId);
    last.set(vehicleId, fact);
    if (before?.locationId !== locationId) pluggedInAtMs.set(vehicleId, atMs);
    const hasBegun = isCharging && before?.isCharging !== true;
    const isOurs = startSentAtMs.get(vehicleId) === atMs && isPowerKnown.has(vehicleId);
    if (hasBegun && !isOurs) excuse(locationId, atMs);
    const connection = connections.get(before?.locationId ?? '');
    if (before?.locationId == null || connection === undefined) return [];
    if (before.isCharging && atMs > before.atMs) {
      const powerKw = ((fact.meterWh - before.meterWh) * HOUR_MS) / (atMs - before.atMs) / 1000;
      const stretch = { vehicleId, fromMs: before.atMs, untilMs: atMs, powerKw };
      connection.stretches = [...connection.stretches, stretch];
      isPowerKnown.add(vehicleId);
    }
    return judge(before.locationId, connection);
  }

  /** All up to where each car that is there was looked at. */
  function judge(locationId: string, connection: Connection): Finding[] {
    const { stretches, judgedMs } = connection;
    const there = [...last.values()].filter((fact) => fact.locationId === locationId);
    const ends = stretches.map(({ untilMs }) => untilMs);
    const untilMs = Math.min(Math.max(judgedMs, ...ends), ...there.map(({ atMs }) => atMs));
    const edges = [...stretches.map(({ fromMs }) => fromMs), ...ends, untilMs];
    const cuts = [...new Set(edges)].filter((atMs) => atMs > judgedMs && atMs <= untilMs);
    const findings: Finding[] = [];
    let fromMs = judgedMs;
    for (const toMs of cuts.sort((one, other) => one - other)) {
      const drawing = stretches.filter((each) => each.fromMs <= fromMs && each.untilMs >= toMs);
      const text = toMs > connection.excusedUntilMs ? faultOf(locationId, connection, drawing) : null;
      if (text !== null) {
        const vehicleId = drawing.at(-1)?.vehicleId ?? null;
        findings.push({ vehicleId, sessionId: null, text: `${text}, from ${instant(fromMs)} on` });
      }
      fromMs = toMs;
    }
    connection.judgedMs = Math.max(judgedMs, untilMs);
    connection.stretches = stretches.filter((each) => each.untilMs > connection.judgedMs);
    return findings;
  }

  function faultOf(
    locationId: string,
    { maxPowerKw }: Connection,
    drawing: readonly Stretch[],
  ): string | null {
    const sumKw = drawing.reduce((sum, { powerKw }) => sum + powerKw, 0);
    const ratio = drawing.length > 1 ? ROUNDING_RATIO : VOLTAGE_RATIO;
    if (maxPowerKw === null || sumKw <= maxPowerKw * ratio) return null;
    const isManaged = drawing.some(({ vehicleId }) => managedAt.get(vehicleId) === locationId);
    const isDisturbed = [...last.values()].some(
      ({ vehicleId, locationId: at }) => at === locationId && wasDisturbed(vehicleId),
    );
    if (!isManaged || isDisturbed) return null;
    const powers = drawing.map(({ powerKw }) => powerKw.toFixed(2)).join(' + ');
    return `at ${locationId} ${powers} kW were drawn where ${maxPowerKw} kW are allowed`;
  }

  function wasDisturbed(vehicleId: string): boolean {
    const sinceMs = (pluggedInAtMs.get(vehicleId) ?? 0) - HOUR_MS;
    return (disturbedAtMs.get(vehicleId) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  function takeStarts({ commands }: Shown): void {
    for (const { vehicleId, kind, attemptedAtMs } of commands) {
      if (kind === 'START') startSentAtMs.set(vehicleId, attemptedAtMs);
    }
  }

  return (fact) => {
    switch (fact.kind) {
      case 'connection': {
        const { locationId, maxPowerKw, atMs } = fact;
        const known = connections.get(locationId);
        const fresh = { stretches: [], judgedMs: atMs, excusedUntilMs: 0 };
        connections.set(locationId, { ...(known ?? fresh), maxPowerKw });
        excuse(locationId, atMs);
        return [];
      }
      case 'car':
        if (fact.powerToldKw !== null) isPowerKnown.add(fact.vehicleId);
        return [];
      case 'policy':
        if (fact.isLive) managedAt.set(fact.vehicleId, fact.locationId);
        else managedAt.delete(fact.vehicleId);
        excuse(fact.locationId, fact.atMs);
        return [];
      case 'disturbed':
        disturbedAtMs.set(fact.vehicleId, fact.atMs);
        return [];
      case 'truth':
        return takeTruth(fact);
      case 'shown':
        takeStarts(fact);
        return [];
      default:
        return [];
    }
  };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
