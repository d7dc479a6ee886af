import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { judgeSession } from './judge-session.ts';
import { noCounts } from './replay-car.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { RecordedSession } from './sessions-csv.ts';

/** From 45 % a 44 kWh battery at 5 kW needs 25 kWh at the plug for 95 %: five hours. */
const SESSION: RecordedSession = {
  id: 's',
  userId: 'u',
  pluggedInAtMs: 0,
  pluggedOutAtMs: 8 * HOUR_MS,
  powerKw: 5,
  capacityWh: 44_000,
  startPercent: 45,
  energyKwh: 25,
};

function judge(
  plant: ReplayRules['plant'],
  readyByMinutes: number,
  levelPercent: number,
  leftAtMs = SESSION.pluggedOutAtMs,
) {
  const rules: ReplayRules = {
    prices: { currency: 'EUR', slots: [] },
    publication: { timezone: 'UTC', time: '13:00' },
    plant,
    readyBy: 'plug-out',
    marginMs: null,
    minRunMinutes: 0,
    isForecastOn: false,
    earlyRatio: 0,
    replanGainRatio: null,
  };
  const replayed = {
    readyByMs: readyByMinutes * MINUTE_MS,
    leftAtMs,
    risk: { sinceMs: null, wasAnnounced: false },
    levelPercent,
    meterWh: 0,
    cost: 0,
    engineWh: 0,
    engineCost: null,
    counts: noCounts(),
  };
  return judgeSession(SESSION, replayed, rules);
}

describe('was it ready, and could it have been', () => {
  it.each([
    // plant, ready by (min), level then, ready, feasible, with a minute to spare, slack min, shortfall
    ['exact', 480, 95, true, true, true, 180, 0],
    ['exact', 480, 94.5, true, true, true, 180, 0.5],
    ['exact', 480, 94.4, false, true, true, 180, 0.6],
    ['exact', 480, 99, true, true, true, 180, 0],
    ['exact', 300, 95, true, true, true, 0, 0],
    // Half a point is three minutes.
    ['exact', 297, 94.5, true, true, false, -3, 0.5],
    ['exact', 296, 94.3, false, false, false, -4, 0.7],
    ['exact', 0, 45, false, false, false, -300, 50],
    // Leaves at 480: what would be later does not count.
    ['exact', 900, 95, true, true, true, 180, 0],
    // Weaker, and slower above 80 %: 300 min are not enough.
    ['real', 300, 90, false, false, false, expect.closeTo(-94, -1), 5],
    ['real', 480, 95, true, true, true, expect.closeTo(86, -1), 0],
  ] as const)(
    '%s by %i min at %f %%',
    (plant, byMinutes, level, isReady, isFeasible, hasMinute, slack, shortfall) => {
      const judged = judge(plant, byMinutes, level);
      expect({ ...judged, slackMs: judged.slackMs / MINUTE_MS }).toEqual({
        isReady,
        isFeasible,
        isFeasibleWithMinuteToSpare: hasMinute,
        slackMs: slack,
        shortfallPercent: expect.closeTo(shortfall, 9),
        hasLeftBefore: byMinutes > 480,
        hasLeftEarly: false,
      });
    },
  );

  it('judges a car that left early by when it left', () => {
    expect(judge('exact', 480, 95, 7 * HOUR_MS)).toMatchObject({
      isFeasible: true,
      slackMs: 2 * HOUR_MS,
      hasLeftBefore: true,
      hasLeftEarly: true,
    });
    expect(judge('exact', 480, 90, 4.5 * HOUR_MS)).toMatchObject({ isFeasible: false, isReady: false });
  });
});
