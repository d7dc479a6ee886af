import type { Finding, Invariant } from '../checker.ts';
import type { Shown } from '../facts.ts';

/**
 * What was acknowledged is in the log once and nothing else is; each input is taken in by exactly one step, and when all
 * is quiet none waits; a request that is sent again with its key gets the first answer.
 */
export function readingsCountOnce(): Invariant {
  /** Acknowledged and not seen in the log yet. */
  const expected = new Map<string, string>();
  const logged = new Set<string>();
  /** In the log, and taken in by no step that was seen. */
  const waiting = new Map<number, string>();
  const taken = new Set<number>();

  function judgeLog({ inputs }: Shown): Finding[] {
    const findings: Finding[] = [];
    for (const { id, vehicleId, kind, observedAtMs, content } of inputs) {
      waiting.set(id, vehicleId);
      if (kind !== 'reading' || content === null) continue;
      const key = keyOf(vehicleId, observedAtMs, content);
      const say = (text: string): void => void findings.push({ vehicleId, sessionId: null, text });
      if (logged.has(key)) say(`a reading is in the log twice: ${key}`);
      else if (!expected.has(key)) say(`a reading is in the log that nobody sent: ${key}`);
      logged.add(key);
      expected.delete(key);
    }
    for (const [key, vehicleId] of expected) {
      findings.push({ vehicleId, sessionId: null, text: `acknowledged, and not in the log: ${key}` });
    }
    expected.clear();
    return findings;
  }

  function judgeSteps({ steps }: Shown): Finding[] {
    return steps.flatMap(({ vehicleId, stepNumber, inputIds }) =>
      inputIds.flatMap((id) => {
        const owner = waiting.get(id);
        waiting.delete(id);
        const isTwice = taken.has(id);
        taken.add(id);
        const say = (text: string): Finding[] => [{ vehicleId, sessionId: null, text }];
        if (isTwice) return say(`input ${id} was taken in by a second step, number ${stepNumber}`);
        return owner === vehicleId
          ? []
          : say(`step ${stepNumber} took in input ${id}, which is not this lane's`);
      }),
    );
  }

  return (fact) => {
    if (fact.kind === 'acknowledged') {
      const key = keyOf(fact.vehicleId, fact.observedAtMs, fact.content);
      if (!logged.has(key)) expected.set(key, fact.vehicleId);
    }
    if (fact.kind === 'answered-twice' && fact.first !== fact.second) {
      const text = `${fact.what} was sent twice with one key: ${fact.first}, then ${fact.second}`;
      return [{ vehicleId: null, sessionId: null, text }];
    }
    if (fact.kind !== 'shown') return [];
    const findings = [...judgeLog(fact), ...judgeSteps(fact)];
    if (fact.waitingCount === null) return findings;
    const [left] = waiting;
    if (fact.waitingCount > 0 || left !== undefined) {
      const text = `all is quiet, and ${Math.max(fact.waitingCount, waiting.size)} inputs were taken in by no step`;
      findings.push({ vehicleId: left?.[1] ?? null, sessionId: null, text });
      waiting.clear();
    }
    return findings;
  };
}

function keyOf(vehicleId: string, observedAtMs: number, content: string): string {
  return `${vehicleId} ${new Date(observedAtMs).toISOString()} ${content}`;
}
