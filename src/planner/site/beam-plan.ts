import type { BeamStep } from './beam-layer.ts';
import type { CarPath } from './car-table.ts';
import { recountedPath } from './car-table.ts';
import type { CellCar } from './cell-car.ts';
import { kAfter } from './cell-car.ts';
import type { HeldPlan, HeldTask, Placed } from './held-joint.ts';
import { planOf } from './held-joint.ts';
import { pathOf, pathOfPattern } from './held-path.ts';

/** The plan that led to a last state; null where a car whose power changes with its level does not get there after all. */
export function planOfSteps(task: HeldTask, steps: readonly BeamStep[], end: number): HeldPlan | null {
  const { members, cells, hours } = task;
  const n = members.length;
  const isOn = members.map(() => new Uint8Array(cells));
  const kwh = members.map(() => new Float64Array(cells));
  let at = end;
  for (let t = steps.length - 1; t >= 0; t--) {
    const step = steps[t] as BeamStep;
    for (let i = 0; i < n; i++) {
      (isOn[i] as Uint8Array)[t] = ((step.set[at] as number) >> i) & 1;
      (kwh[i] as Float64Array)[t] = step.kwh[at * n + i] as number;
    }
    at = step.parent[at] as number;
  }
  const placed: Placed[] = [];
  for (const [i, { kind, car }] of members.entries()) {
    const on = isOn[i] as Uint8Array;
    const own = kwh[i] as Float64Array;
    const kw = Float64Array.from(own, (each, t) => each / (hours[t] as number));
    if (kind === 'switched') {
      const path = switchedPath(car, on);
      placed.push({ kind, path, kw, cost: path.cost });
      continue;
    }
    const units = Int32Array.from(own, (each) => Math.round(each / car.unitKwh));
    const offer = { roomKw: kw, surcharge: null, beyond: null };
    // Constant powers are found anew for the whole plan, so that these need not add up to the need.
    const path = car.isConstant ? pathOf(car, on, kw) : pathOfPattern(car, { isOn: on, units }, offer);
    if (path === null) return null;
    placed.push({ kind, path, kw: path.kw, cost: path.cost });
  }
  return planOf(placed);
}

function switchedPath(car: CellCar, isOn: Uint8Array): CarPath {
  const k = new Int32Array(isOn.length);
  let left = car.k;
  for (let t = car.from; t < car.end && left > 0; t++) {
    k[t] = left;
    if (isOn[t] === 1) left = kAfter(car, t, left);
  }
  return recountedPath(car, { isOn, k, cost: 0 });
}
