import type { HeldCar } from './held-cells.ts';

/** A car as far as its energy is concerned. */
export type FlowCar = Pick<HeldCar, 'from' | 'end' | 'hours' | 'rate' | 'needKwh' | 'leastKw' | 'mostKw'>;

/** Powers of cars that are on in given cells, and what a kWh more would cost each. */
export interface Flow {
  /** Of each car in each cell. */
  readonly kw: readonly Float64Array[];
  /** Per car; Infinity where it has no room for more in these cells. */
  readonly marginal: Float64Array;
  readonly energyCost: number;
}

const NOTHING_KWH = 1e-9;

/**
 * The cheapest powers of cars of constant power that are on in given cells, each between its least and its most, under
 * what is left in each cell: a transport of energy from cells to cars, by cheapest ways one after the other. A way may
 * lead through other cars: one takes more in a cell where another gives it up for a cell of its own. Null where the
 * energy does not fit.
 */
export function cheapestPowers(
  cars: readonly FlowCar[],
  isOn: readonly Uint8Array[],
  roomKw: Float64Array,
): Flow | null {
  const cells = roomKw.length;
  const spare = new Float64Array(cells);
  const hours = cars[0]?.hours ?? new Float64Array(cells);
  for (let t = 0; t < cells; t++) spare[t] = (roomKw[t] ?? 0) * (hours[t] ?? 0);
  const state = cars.map((car, i) => {
    const least = new Float64Array(cells);
    const most = new Float64Array(cells);
    const x = new Float64Array(cells);
    const on: number[] = [];
    let missing = car.needKwh;
    for (let t = car.from; t < car.end; t++) {
      if (isOn[i]?.[t] !== 1) continue;
      on.push(t);
      least[t] = car.leastKw * (hours[t] ?? 0);
      most[t] = car.mostKw * (hours[t] ?? 0);
      x[t] = least[t] ?? 0;
      spare[t] = (spare[t] ?? 0) - (least[t] ?? 0);
      missing -= least[t] ?? 0;
    }
    return { car, least, most, x, on: Int32Array.from(on), missing };
  });
  if (state.some(({ missing }) => missing < -1e-7)) return null;
  for (let t = 0; t < cells; t++) {
    if ((spare[t] as number) < -1e-7) return null;
  }
  const search = newSearch(state, spare);
  for (const [i, each] of state.entries()) {
    let missing = each.missing;
    while (missing > NOTHING_KWH) {
      if (!search.from(i)) return null;
      missing -= search.take(missing);
    }
  }
  const marginal = Float64Array.from(state, (_, i) =>
    search.from(i) ? search.cost() : Number.POSITIVE_INFINITY,
  );
  let energyCost = 0;
  const kw = state.map(({ car, x, on }) => {
    const powers = new Float64Array(cells);
    for (const t of on) {
      powers[t] = (x[t] as number) / (hours[t] as number);
      energyCost += (car.rate[t] as number) * (x[t] as number);
    }
    return powers;
  });
  return { kw, marginal, energyCost };
}

interface FlowState {
  readonly car: FlowCar;
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly x: Float64Array;
  readonly on: Int32Array;
}

/** Cheapest ways for more energy, car by car: at most as long as there are cars. */
function newSearch(state: readonly FlowState[], spare: Float64Array) {
  const count = state.length;
  const reach = new Float64Array(count);
  const fromCar = new Int32Array(count);
  const fromCell = new Int32Array(count);
  let best = Number.POSITIVE_INFINITY;
  let lastCar = -1;
  let lastCell = -1;

  function from(start: number): boolean {
    reach.fill(Number.POSITIVE_INFINITY);
    reach[start] = 0;
    fromCar[start] = -1;
    best = Number.POSITIVE_INFINITY;
    const isChanged = new Uint8Array(count);
    isChanged[start] = 1;
    for (let round = 0; round < count && isChanged.includes(1); round++) {
      for (let a = 0; a < count; a++) {
        if (isChanged[a] !== 1) continue;
        isChanged[a] = 0;
        const { car, most, x, on } = state[a] as FlowState;
        const base = reach[a] as number;
        for (let n = 0; n < on.length; n++) {
          const t = on[n] as number;
          if ((x[t] as number) >= (most[t] as number) - NOTHING_KWH) continue;
          const cost = base + (car.rate[t] as number);
          if ((spare[t] as number) > NOTHING_KWH && cost < best - 1e-12) {
            best = cost;
            lastCar = a;
            lastCell = t;
          }
          for (let b = 0; b < count; b++) {
            const other = state[b] as FlowState;
            if (b === a || b === start || (other.x[t] as number) <= (other.least[t] as number) + NOTHING_KWH)
              continue;
            const to = cost - (other.car.rate[t] as number);
            if (to >= (reach[b] as number) - 1e-12) continue;
            reach[b] = to;
            fromCar[b] = a;
            fromCell[b] = t;
            isChanged[b] = 1;
          }
        }
      }
    }
    let steps = 0;
    for (let b = lastCar; best < Number.POSITIVE_INFINITY && fromCar[b] !== -1; b = fromCar[b] as number) {
      // Rounding may close a ring of equal costs: no way then.
      if (++steps > count) return false;
    }
    return best < Number.POSITIVE_INFINITY;
  }

  /** Takes up to so much along the way found; what it took. */
  function take(wanted: number): number {
    const last = state[lastCar] as FlowState;
    let amount = Math.min(
      wanted,
      spare[lastCell] as number,
      (last.most[lastCell] as number) - (last.x[lastCell] as number),
    );
    for (let b = lastCar; fromCar[b] !== -1; b = fromCar[b] as number) {
      const t = fromCell[b] as number;
      const giving = state[b] as FlowState;
      const taking = state[fromCar[b] as number] as FlowState;
      amount = Math.min(
        amount,
        (giving.x[t] as number) - (giving.least[t] as number),
        (taking.most[t] as number) - (taking.x[t] as number),
      );
    }
    last.x[lastCell] = (last.x[lastCell] as number) + amount;
    spare[lastCell] = (spare[lastCell] as number) - amount;
    for (let b = lastCar; fromCar[b] !== -1; b = fromCar[b] as number) {
      const t = fromCell[b] as number;
      const giving = state[b] as FlowState;
      const taking = state[fromCar[b] as number] as FlowState;
      giving.x[t] = (giving.x[t] as number) - amount;
      taking.x[t] = (taking.x[t] as number) + amount;
    }
    return amount;
  }

  return { from, take, cost: () => best };
}
