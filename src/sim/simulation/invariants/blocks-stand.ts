import type { Finding, Invariant } from '../checker.ts';
import type { ShownSession, StoredBlock } from '../facts.ts';

/**
 * Blocks are sorted and disjoint and lie in the visit; a block whose end lies before a reading that was taken in never
 * changes; a settled session has no block that ends after plug-out.
 */
export function blocksStand(): Invariant {
  /** By vehicle: the newest instant of which a reading told that was taken in. */
  const countedUntil = new Map<string, number>();
  const readings = new Map<number, { readonly vehicleId: string; readonly atMs: number }>();
  /** By session: the blocks that were past when it was shown last. */
  const past = new Map<string, readonly StoredBlock[]>();

  function judge({ id: sessionId, vehicleId, state, body }: ShownSession): Finding[] {
    if (body === null) return [];
    const { blocks, pluggedInAtMs, pluggedOutAtMs } = body;
    const findings: Finding[] = [];
    const say = (text: string): void => void findings.push({ vehicleId, sessionId, text });
    for (const [index, block] of blocks.entries()) {
      if (block.endAtMs <= block.startAtMs) say(`a block ends when it starts or before: ${show(block)}`);
      if (pluggedInAtMs === null || block.startAtMs < pluggedInAtMs) say(`before plug-in: ${show(block)}`);
      const next = blocks[index + 1];
      if (next !== undefined && next.startAtMs < block.endAtMs) {
        say(`blocks are not in order: ${show(block)}, then ${show(next)}`);
      }
      if (state === 'SETTLED' && block.endAtMs > (pluggedOutAtMs ?? 0)) {
        say(`settled, with a block after plug-out at ${instant(pluggedOutAtMs ?? 0)}: ${show(block)}`);
      }
    }
    const untilMs = countedUntil.get(vehicleId) ?? 0;
    for (const [index, before] of (past.get(sessionId) ?? []).entries()) {
      const now = blocks[index];
      if (now === undefined) say(`a past block went: ${show(before)}`);
      else if (show(now) !== show(before)) say(`a past block changed from ${show(before)} to ${show(now)}`);
    }
    const firstOpen = blocks.findIndex(({ endAtMs }) => endAtMs >= untilMs);
    past.set(sessionId, firstOpen < 0 ? blocks : blocks.slice(0, firstOpen));
    return findings;
  }

  return (fact) => {
    if (fact.kind !== 'shown') return [];
    for (const { id, vehicleId, observedAtMs, isTelling } of fact.inputs) {
      if (isTelling) readings.set(id, { vehicleId, atMs: observedAtMs });
    }
    for (const inputId of fact.steps.flatMap(({ inputIds }) => inputIds)) {
      const reading = readings.get(inputId);
      if (reading === undefined) continue;
      readings.delete(inputId);
      const { vehicleId, atMs } = reading;
      countedUntil.set(vehicleId, Math.max(countedUntil.get(vehicleId) ?? 0, atMs));
    }
    return fact.sessions.flatMap(judge);
  };
}

function show({ type, startAtMs, endAtMs, energyWh }: StoredBlock): string {
  return `${type} ${instant(startAtMs)} to ${instant(endAtMs)}, ${energyWh} Wh`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
