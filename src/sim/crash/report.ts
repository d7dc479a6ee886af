import type { Crash } from './crash.ts';
import type { Victim } from './plan-round.ts';
import { VICTIMS } from './plan-round.ts';
import type { Seen, Verdict } from './run.ts';

export const HEADER =
  'round  killed      after s  under way  postgres  again s  down s  ready s  flowing s  readings  settled';

export function rowOf({ round, ...crash }: Crash, { readings, settledSessions }: Seen): string {
  const cells: readonly [text: string, width: number][] = [
    [seconds(round.afterMs), 7],
    [String(crash.underWay), 9],
    [crash.postgresProcesses === 0 ? '-' : String(crash.postgresProcesses), 8],
    [round.againAfterMs === null ? '-' : seconds(round.againAfterMs), 7],
    [seconds(round.downMs), 6],
    [seconds(crash.readyMs), 7],
    [seconds(crash.acknowledgedMs), 9],
    [String(readings), 8],
    [String(settledSessions), 7],
  ];
  const tail = cells.map(([text, width]) => text.padStart(width)).join('  ');
  return `${String(round.number).padStart(5)}  ${round.victim.padEnd(10)}  ${tail}`;
}

/** The end of the report, a line each. */
export function summaryOf({ crashes, counts, seen, delivered, energyWh, faults, folder }: Verdict): string[] {
  return [
    ...VICTIMS.flatMap((victim) => timesOf(victim, crashes)),
    `${seen.readings} readings in ${counts.requests} requests, ${counts.duplicates} of them known already, ` +
      `${(energyWh / 1000).toFixed(3)} kWh by the meters, ${seen.settledSessions} settled sessions`,
    `${delivered.posts} deliveries to two webhooks, ${delivered.repeated} of them known already`,
    faults.length === 0 ? 'no fault' : `${faults.length} faults:`,
    ...faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `- ${fault}`),
    ...(folder === null ? [] : [`everything is left in ${folder}`]),
  ];
}

const FAULTS_SHOWN_MAX = 30;

function timesOf(victim: Victim, crashes: readonly Crash[]): string[] {
  const own = crashes.filter(({ round }) => round.victim === victim);
  if (own.length === 0) return [];
  const ready = own.map(({ readyMs }) => readyMs).sort((one, other) => one - other);
  const flowing = own.map(({ acknowledgedMs }) => acknowledgedMs).sort((one, other) => one - other);
  return [
    `${victim} killed ${own.length} times: ready again in ${seconds(middleOf(ready))} s (median), ` +
      `${seconds(ready.at(-1) ?? 0)} s at most; telemetry in ${seconds(middleOf(flowing))} s, ` +
      `${seconds(flowing.at(-1) ?? 0)} s at most`,
  ];
}

function middleOf(sorted: readonly number[]): number {
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
