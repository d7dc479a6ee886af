import type { CurvePoint } from '../problem.ts';

const STEP_SECONDS = 5;

/**
 * Energy at the plug after a time of charging from a level, kWh, by stepping through the charge (Runge-Kutta): slow,
 * and written apart from the planner's closed form so that the two can be compared.
 */
export function simulatedEnergy(
  curve: readonly CurvePoint[],
  capacityWh: number,
  efficiency: number,
  fromPercent: number,
): (chargedMs: number) => number {
  const powerAt = (percent: number) => interpolated(curve, percent);
  const [first] = curve;
  if (curve.length === 1 && first !== undefined)
    return (chargedMs) => (first.powerKw * chargedMs) / 3_600_000;
  const percentPerKwh = (100_000 * efficiency) / capacityWh;
  const hours = STEP_SECONDS / 3600;
  const table: number[] = [0];
  const extend = (count: number) => {
    while (table.length <= count) {
      const kwh = table.at(-1) ?? 0;
      const at = (more: number) => powerAt(fromPercent + (kwh + more) * percentPerKwh);
      const k1 = at(0);
      const k2 = at((k1 * hours) / 2);
      const k3 = at((k2 * hours) / 2);
      const k4 = at(k3 * hours);
      table.push(kwh + ((k1 + 2 * k2 + 2 * k3 + k4) * hours) / 6);
    }
  };
  return (chargedMs) => {
    const steps = Math.max(0, chargedMs) / 1000 / STEP_SECONDS;
    const whole = Math.floor(steps);
    extend(whole + 1);
    const from = table[whole] ?? 0;
    return from + (steps - whole) * ((table[whole + 1] ?? from) - from);
  };
}

function interpolated(curve: readonly CurvePoint[], percent: number): number {
  let before = curve[0];
  for (const point of curve) {
    if (point.levelPercent > percent) {
      if (before === undefined || before === point) return point.powerKw;
      const share = (percent - before.levelPercent) / (point.levelPercent - before.levelPercent);
      return before.powerKw + share * (point.powerKw - before.powerKw);
    }
    before = point;
  }
  return before?.powerKw ?? 0;
}
