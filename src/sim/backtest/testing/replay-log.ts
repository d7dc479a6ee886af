import type { EngineSettings } from '../../../engine/contract.ts';
import type { Lane } from '../../../engine/lane.ts';
import type { PlanBlock } from '../../../planner/problem.ts';
import { priceWindows } from '../price-windows.ts';
import { newReplayCar } from '../replay-car.ts';
import type { ReplayRules } from '../replay-rules.ts';
import { replaySession } from '../replay-session.ts';
import type { RecordedSession } from '../sessions-csv.ts';
import { priceSession } from '../usable-sessions.ts';

/** One step of the engine: what it wants of the car, the last command, and what it plans. */
export interface LoggedStep {
  readonly atMs: number;
  readonly wanted: string;
  readonly command: string | null;
  readonly plan: readonly PlanBlock[] | null;
}

/** Every step of one car that drives the sessions one after another, with settings besides those of the rules. */
export function replayLog(
  sessions: readonly RecordedSession[],
  rules: ReplayRules,
  settings: EngineSettings = {},
): LoggedStep[] {
  const [first] = sessions;
  if (first === undefined) return [];
  const log: LoggedStep[] = [];
  const car = newReplayCar(first, 'car', rules, priceWindows(rules.prices, rules.publication));
  Object.assign(car.context, { settings: { ...car.context.settings, ...settings } });
  let { lane } = car;
  // Each step of the car puts a new lane in its place.
  Object.defineProperty(car, 'lane', {
    get: (): Lane => lane,
    set: (stepped: Lane) => {
      lane = stepped;
      log.push(stepOf(stepped, car.policyId));
    },
  });
  for (const session of sessions) {
    const priced = priceSession({ kind: 'session', session }, rules.prices.slots);
    if ('skipped' in priced) throw new Error(`session ${session.id}: ${priced.skipped}`);
    replaySession(car, priced);
  }
  return log;
}

function stepOf({ steppedAtMs, control, current }: Lane, policyId: string): LoggedStep {
  const { command } = control;
  return {
    atMs: steppedAtMs,
    wanted: control.wanted,
    command: command === null ? null : `${command.kind} ${command.cause} at ${command.attemptedAtMs}`,
    plan: current[policyId]?.plan?.plan.blocks ?? null,
  };
}
