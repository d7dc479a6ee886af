import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api.ts';
import { clusterGone, killCluster } from './kill.ts';
import type { Load } from './load.ts';
import type { Round } from './plan-round.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait.ts';

/** What one crash looked like from outside. */
export interface Crash {
  readonly round: Round;
  /** Readings under way at the kill: nobody knew whether they were stored. */
  readonly underWay: number;
  /** Processes of PostgreSQL that were killed with the first blow. */
  readonly postgresProcesses: number;
  /** From the last start by hand, or from the kill where there was none, to `/health/ready`. */
  readonly readyMs: number;
  /** From the same moment to the first reading that was acknowledged. */
  readonly acknowledgedMs: number;
}

/** Until telemetry flows before a kill, and again after it. */
const FLOW_LIMIT_MS = 90_000;

/** Kills what the round says, starts again what a person would have to, and waits until telemetry flows. */
export async function crash(stage: Stage, api: Api, load: Load, round: Round): Promise<Crash> {
  const { victim, isServiceFirst } = round;
  await flow(stage, load);
  await delay(round.afterMs);

  const { underWay } = load.counts();
  const hitsService = victim === 'service' || victim === 'both';
  if (hitsService && isServiceFirst) stage.killService();
  const postgresProcesses = hitPostgres(stage, round);
  if (hitsService && !isServiceFirst) stage.killService();
  let sinceMs = performance.now();
  if (hitsService) await stage.serviceGone();

  if (hitsService || stage.victims.startByHand !== null) {
    await delay(round.downMs);
    sinceMs = await startAgain(stage, round);
  } else if (round.againAfterMs !== null) {
    await delay(round.againAfterMs);
    hitPostgres(stage, round);
    sinceMs = performance.now();
  }
  const isReady = async () => {
    stage.check();
    return (await api.isReady()) ? true : null;
  };
  await waitFor(`round ${round.number}: ready again`, isReady, FLOW_LIMIT_MS);
  const readyMs = performance.now() - sinceMs;
  await flow(stage, load);
  return { round, underWay, postgresProcesses, readyMs, acknowledgedMs: performance.now() - sinceMs };
}

function hitPostgres({ victims }: Stage, { victim }: Round): number {
  if (victim === 'service') return 0;
  return killCluster(victims.cluster(), victim === 'postmaster' ? 'postmaster' : 'all');
}

/** What a person would start, in that order: the server, where it was killed, then the service. Gives when. */
async function startAgain(stage: Stage, { victim, againAfterMs }: Round): Promise<number> {
  const { startByHand, cluster } = stage.victims;
  let sinceMs = performance.now();
  if (victim !== 'service' && startByHand !== null) {
    await clusterGone(cluster());
    await startByHand();
  }
  if (victim === 'service' || victim === 'both') {
    if (againAfterMs !== null) {
      stage.beginStart();
      await delay(againAfterMs);
      stage.killService();
      if (victim === 'both' && startByHand === null) killCluster(cluster(), 'all');
      await stage.serviceGone();
      sinceMs = performance.now();
    }
    await stage.start();
  }
  return sinceMs;
}

async function flow(stage: Stage, load: Load): Promise<void> {
  const { requests } = load.counts();
  const hasFlown = () => {
    stage.check();
    return load.counts().requests > requests ? true : null;
  };
  await waitFor('an acknowledged reading', hasFlown, FLOW_LIMIT_MS);
}
