import { MINUTE_MS, QUARTER_HOUR_MS } from '../../domain/units.ts';
import type { ChargeModel } from '../charge-model.ts';
import type { PlantReport } from '../plant.ts';
import { EFFICIENCY, type ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';

/** How the cars of a back-test charge and report. */
export interface PlantKind {
  readonly report: PlantReport;
  /** Longest time between two readings; they come on its multiples. */
  readonly readingEveryMs: number;
  readonly lostReadingRatio: number;
}

export const PLANT_KINDS: Readonly<Record<ReplayRules['plant'], PlantKind>> = {
  exact: {
    report: { levelStepPercent: 0.1, powerStepKw: null, hasMeter: true },
    readingEveryMs: QUARTER_HOUR_MS,
    lostReadingRatio: 0,
  },
  real: {
    report: { levelStepPercent: 1, powerStepKw: 0.1, hasMeter: false },
    readingEveryMs: 5 * MINUTE_MS,
    lostReadingRatio: 0.02,
  },
};

/** Share of the stated power that a real car draws (cli.md, `--plant real`). */
const REAL_POWER_RATIO = 0.92;
/** From here on a real car takes less; at 95 % this leaves about a third of the power, at 100 % a quarter. */
const REAL_TAPER = { fromPercent: 80, scalePercent: 15 };

export function chargeModelOf(session: RecordedSession, plant: ReplayRules['plant']): ChargeModel {
  const isReal = plant === 'real';
  return {
    capacityWh: session.capacityWh,
    efficiency: EFFICIENCY,
    powerW: Math.round(session.powerKw * 1000 * (isReal ? REAL_POWER_RATIO : 1)),
    taper: isReal ? REAL_TAPER : null,
  };
}
