import type { OverviewRow } from '../../data/types.ts';
import { kw } from '../../format/numbers.ts';
import type { Tone } from '../../parts/badge.tsx';
import { words } from '../../words.ts';

const READY: readonly string[] = ['TARGET_MET', 'AT_LIMIT', 'CAR_COMPLETE'];

/** What a car does now, in a word or two; what is wrong goes first. */
export function nowOf({ session, vehicle, reason }: OverviewRow): {
  readonly tone: Tone;
  readonly text: string;
} {
  const { now } = words.cars;
  if (session.error.latest !== null) return { tone: 'bad', text: now.error };
  if (session.state === 'UPCOMING') return { tone: 'plain', text: now.away };
  if (vehicle.isCharging === true) {
    const rate = vehicle.chargeRate ?? 0;
    return { tone: 'accent', text: rate > 0 ? now.chargingAt(kw(rate)) : now.charging };
  }
  const outcome = session.outcome.latest?.state;
  if (outcome === 'AT_RISK' || outcome === 'MISSED') return { tone: 'warn', text: now[outcome] };
  const code = reason?.code ?? '';
  if (outcome === 'REACHED' || READY.includes(code)) return { tone: 'good', text: now.ready };
  if (code === 'STARTING') return { tone: 'accent', text: now.starting };
  return { tone: 'plain', text: code.startsWith('WAITING_') ? now.waiting : now.idle };
}
