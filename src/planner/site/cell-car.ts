/**
 * One car on cells. Its state at a cell edge is how many cells it has left to charge, `k`, and whether it is on or off
 * with how long it must stay so. States of on and off: 0 is off and free to start, 1 to `pauseCells` - 1 is off for so
 * many cells yet; `onState` is on and free to stop, `onState` + j is on for j cells yet.
 */
export interface CellCar {
  readonly id: string;
  /** The first cell that is open to it; what it does before is settled. */
  readonly from: number;
  /** The cell before which it must be done. */
  readonly end: number;
  /** Cells to charge at `from`. */
  readonly k: number;
  /** Cells left after charging in cell 0, which may be shorter than the others. */
  readonly kAfterHead: number;
  readonly startState: number;
  readonly runCells: number;
  readonly pauseCells: number;
  readonly onState: number;
  readonly states: number;
  /** State after a cell on, or -1 where it must not charge; after a cell off, or -1 where it must. */
  readonly onTo: Int32Array;
  readonly offTo: Int32Array;
  /** Where a start in a short cell 0 leads. */
  readonly headTo: number;
  /** What a kWh counts per cell; and what charging in the cell counts besides. */
  readonly rate: Float64Array;
  readonly weight: Float64Array;
  readonly isEarly: Uint8Array;
  readonly startCost: number;
  /** Energy and highest power in a cell, by cells left at its start. */
  readonly kwh: Float64Array;
  readonly powerKw: Float64Array;
  readonly headKwh: number;
  /** The same power in all cells. */
  readonly isConstant: boolean;
}

/** The states of on and off for given least runs and pauses, in cells. */
export function statesOf(
  runCells: number,
  pauseCells: number,
  hasShortHead: boolean,
): Pick<CellCar, 'runCells' | 'pauseCells' | 'onState' | 'states' | 'onTo' | 'offTo' | 'headTo'> {
  const onState = Math.max(1, pauseCells);
  const states = onState + Math.max(1, runCells + 1);
  const onTo = new Int32Array(states).fill(-1);
  const offTo = new Int32Array(states).fill(-1);
  onTo[0] = onState + Math.max(0, runCells - 1);
  offTo[0] = 0;
  for (let j = 1; j < onState; j++) offTo[j] = j - 1;
  onTo[onState] = onState;
  offTo[onState] = Math.max(0, pauseCells - 1);
  for (let j = 1; onState + j < states; j++) onTo[onState + j] = onState + j - 1;
  const headTo = onState + (hasShortHead ? runCells : Math.max(0, runCells - 1));
  return { runCells, pauseCells, onState, states, onTo, offTo, headTo };
}

/** Cells left after charging in a cell. */
export function kAfter(car: CellCar, cell: number, k: number): number {
  return cell === 0 ? car.kAfterHead : k - 1;
}

/** What charging in a cell counts, without a start. */
export function cellCost(car: CellCar, cell: number, k: number): number {
  const kwh = cell === 0 ? car.headKwh : (car.kwh[k] ?? 0);
  return (car.rate[cell] ?? 0) * kwh + (car.weight[cell] ?? 0);
}

/** Whether a car in this state, with k left, may charge in the cell; the limit apart. */
export function canCharge(car: CellCar, cell: number, k: number, state: number): boolean {
  if (k <= 0 || (car.onTo[state] ?? -1) < 0) return false;
  if (state !== 0) return true;
  return kAfter(car, cell, k) >= stateAfterOn(car, cell, state) - car.onState;
}

export function stateAfterOn(car: CellCar, cell: number, state: number): number {
  return state === 0 && cell === 0 ? car.headTo : (car.onTo[state] ?? -1);
}

/** The car with what charging in a cell counts instead of what it costs, and another end. */
export function asCounted(car: CellCar, end: number, weightOf: (cell: number) => number): CellCar {
  const weight = new Float64Array(car.weight.length);
  for (let t = 0; t < weight.length; t++) weight[t] = weightOf(t);
  return { ...car, end, weight, rate: new Float64Array(car.rate.length), startCost: 0 };
}
