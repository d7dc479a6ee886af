import { addToMonth, type MonthSums, monthRows } from './month-sums.ts';
import type { ReferenceCosts } from './reference.ts';
import type { ComparedCosts } from './report.ts';
import { savingDistribution } from './saving-distribution.ts';
import { shareOfPossible } from './share-of-possible.ts';
import type { Tallied } from './tally.ts';

/** Running sums of the sessions whose costs compare, added to in place. */
export interface Compared {
  sessions: number;
  meterWh: number;
  cost: number;
  starts: number;
  startsOfOptimum: number;
  readonly reference: { -readonly [Column in keyof ReferenceCosts]: number };
  readonly byMonth: MonthSums;
  readonly savings: number[];
  readonly leftOut: { leftBeforeReadyBy: number; notReady: number; outOfReach: number };
}

export function noneCompared(): Compared {
  return {
    sessions: 0,
    meterWh: 0,
    cost: 0,
    starts: 0,
    startsOfOptimum: 0,
    reference: { atOnce: 0, asLateAsPossible: 0, plannedOnce: 0, replanned: 0, perfectForesight: 0 },
    byMonth: new Map(),
    savings: [],
    leftOut: { leftBeforeReadyBy: 0, notReady: 0, outOfReach: 0 },
  };
}

/** Adds a session, or counts why its costs do not compare. */
export function addCompared(compared: Compared, tallied: Tallied): void {
  const { judgement, replayed, reference } = tallied;
  if (judgement.hasLeftBefore) {
    compared.leftOut.leftBeforeReadyBy += 1;
    return;
  }
  if (!judgement.isReady) {
    compared.leftOut[judgement.isFeasible ? 'notReady' : 'outOfReach'] += 1;
    return;
  }
  compared.sessions += 1;
  compared.meterWh += replayed.meterWh;
  compared.cost += replayed.cost;
  compared.starts += replayed.counts.starts;
  compared.startsOfOptimum += tallied.startsOfOptimum;
  compared.reference.atOnce += reference.atOnce;
  compared.reference.asLateAsPossible += reference.asLateAsPossible;
  compared.reference.plannedOnce += reference.plannedOnce;
  compared.reference.replanned += reference.replanned;
  compared.reference.perfectForesight += reference.perfectForesight;
  compared.savings.push(reference.atOnce - replayed.cost);
  addToMonth(compared.byMonth, tallied);
}

export function comparedCosts(compared: Compared): ComparedCosts {
  const each = (count: number): number => (compared.sessions === 0 ? 0 : count / compared.sessions);
  return {
    sessions: compared.sessions,
    kwh: compared.meterWh / 1000,
    costActual: compared.cost,
    costReference: compared.reference,
    shareOfPossibleSaving: shareOfPossible(compared.cost, compared.reference),
    startsPerSession: each(compared.starts),
    startsPerSessionOfOptimum: each(compared.startsOfOptimum),
    byMonth: monthRows(compared.byMonth),
    savingPerSession: savingDistribution(compared.savings),
    leftOut: compared.leftOut,
  };
}
