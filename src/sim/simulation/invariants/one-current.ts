import type { Finding, Invariant } from '../checker.ts';
import type { Shown, ShownSession } from '../facts.ts';

interface Known {
  readonly vehicleId: string;
  readonly policyId: string | null;
  readonly state: string;
  readonly digest: string;
}

/** Exactly one current session for each live policy; states go forward only; what is settled never changes. */
export function oneCurrent(): Invariant {
  /** Live policies, with their vehicles. */
  const live = new Map<string, string>();
  const known = new Map<string, Known>();

  function judgeCounts({ lanes, sessions }: Shown): Finding[] {
    return lanes.flatMap(({ vehicleId }) => {
      const current = sessions.filter((one) => one.vehicleId === vehicleId && one.state !== 'SETTLED');
      const policies = [...live].filter(([, owner]) => owner === vehicleId).map(([policyId]) => policyId);
      const strangers = current.filter(({ policyId }) => policyId === null || !policies.includes(policyId));
      return [
        ...policies.flatMap((policyId) => {
          const own = current.filter((one) => one.policyId === policyId);
          const text = `expected one current session of policy ${policyId}, got ${own.length}`;
          return own.length === 1 ? [] : [{ vehicleId, sessionId: own[0]?.id ?? null, text }];
        }),
        ...strangers.map(({ id, state, policyId }) => ({
          vehicleId,
          sessionId: id,
          text: `it is ${state}, but its policy ${policyId} is not live`,
        })),
      ];
    });
  }

  function judgeChange(session: ShownSession): Finding[] {
    const before = known.get(session.id);
    const say = (text: string) => [{ vehicleId: session.vehicleId, sessionId: session.id, text }];
    if (before === undefined) return STATES.has(session.state) ? [] : say(`unknown state ${session.state}`);
    if (before.policyId !== session.policyId) return say('it has another policy than before');
    if (before.state === 'SETTLED' && before.digest !== session.digest)
      return say('it was settled and changed');
    const isBack = rankOf(session.state) < rankOf(before.state);
    return isBack ? say(`its state went back from ${before.state} to ${session.state}`) : [];
  }

  /** Only an upcoming session may go, with its policy. */
  function judgeGone({ lanes, sessions }: Shown): Finding[] {
    const shown = new Set(sessions.map(({ id }) => id));
    const stepped = new Set(lanes.map(({ vehicleId }) => vehicleId));
    const findings: Finding[] = [];
    for (const [id, { vehicleId, policyId, state }] of known) {
      if (!stepped.has(vehicleId) || shown.has(id)) continue;
      known.delete(id);
      const mayGo = state === 'UPCOMING' && (policyId === null || !live.has(policyId));
      if (!mayGo)
        findings.push({ vehicleId, sessionId: id, text: `it was ${state} and is not there any more` });
    }
    return findings;
  }

  return (fact) => {
    if (fact.kind === 'policy') {
      if (fact.isLive) live.set(fact.policyId, fact.vehicleId);
      else live.delete(fact.policyId);
    }
    if (fact.kind !== 'shown') return [];
    const findings = [...judgeCounts(fact), ...judgeGone(fact), ...fact.sessions.flatMap(judgeChange)];
    for (const { id, vehicleId, policyId, state, digest } of fact.sessions) {
      known.set(id, { vehicleId, policyId, state, digest });
    }
    return findings;
  };
}

const STATES: ReadonlySet<string> = new Set([
  'UPCOMING',
  'ACTIVE:BATTERY_RESERVE',
  'ACTIVE:REGULAR',
  'ACTIVE:IMMEDIATE_START',
  'SETTLED',
]);

function rankOf(state: string): number {
  if (state === 'UPCOMING') return 0;
  return state === 'SETTLED' ? 2 : 1;
}
