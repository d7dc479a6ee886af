/** How a simulated car takes energy. The engine is never shown this; it sees readings only. */
export interface ChargeModel {
  readonly capacityWh: number;
  /** Share of the energy at the plug that reaches the battery, 0..1. */
  readonly efficiency: number;
  /** Power at the plug below the taper, whole W: energy in millijoules then stays a whole number. */
  readonly powerW: number;
  /** Above `fromPercent` the power falls by a factor e for every `scalePercent` points; null never falls. */
  readonly taper: { readonly fromPercent: number; readonly scalePercent: number } | null;
}

export const MILLIJOULES_PER_WH = 3_600_000;

/**
 * Energy at the plug, whole millijoules, after charging for `durationMs` from a level. Closed form: charging for
 * a + b gives the same as for a, and then for b. The battery's end is the caller's to see to.
 */
export function deliveredMillijoules(model: ChargeModel, levelPercent: number, durationMs: number): number {
  if (model.taper === null) return model.powerW * durationMs;
  const { fromPercent, scalePercent } = model.taper;
  const ratePerMs = percentPerMs(model);
  const flatMs = Math.max(0, (fromPercent - levelPercent) / ratePerMs);
  if (durationMs <= flatMs) return model.powerW * durationMs;
  const startPercent = Math.max(levelPercent, fromPercent);
  const growth =
    Math.exp((startPercent - fromPercent) / scalePercent) +
    (ratePerMs * (durationMs - flatMs)) / scalePercent;
  const endPercent = fromPercent + scalePercent * Math.log(growth);
  return Math.round(model.powerW * (flatMs + (endPercent - startPercent) / ratePerMs));
}

/** The time, whole ms rounded up, that the energy at the plug takes from a level. */
export function durationForMs(model: ChargeModel, levelPercent: number, millijoules: number): number {
  const fullPowerMs = millijoules / model.powerW;
  if (model.taper === null) return Math.ceil(fullPowerMs);
  const { fromPercent, scalePercent } = model.taper;
  const ratePerMs = percentPerMs(model);
  const flatMs = Math.max(0, (fromPercent - levelPercent) / ratePerMs);
  if (fullPowerMs <= flatMs) return Math.ceil(fullPowerMs);
  const startPercent = Math.max(levelPercent, fromPercent);
  const endPercent = startPercent + (fullPowerMs - flatMs) * ratePerMs;
  const growth =
    Math.exp((endPercent - fromPercent) / scalePercent) -
    Math.exp((startPercent - fromPercent) / scalePercent);
  return Math.ceil(flatMs + (growth * scalePercent) / ratePerMs);
}

/** Power at the plug at a level, W. */
export function powerAtW(model: ChargeModel, levelPercent: number): number {
  if (model.taper === null || levelPercent <= model.taper.fromPercent) return model.powerW;
  return model.powerW * Math.exp((model.taper.fromPercent - levelPercent) / model.taper.scalePercent);
}

/** The model of a car that is held to a power: constant until its own taper lies below that, then the same taper. */
export function heldModel(model: ChargeModel, heldW: number): ChargeModel {
  if (heldW >= model.powerW) return model;
  const { taper } = model;
  if (taper === null) return { ...model, powerW: heldW };
  const fromPercent = taper.fromPercent + taper.scalePercent * Math.log(model.powerW / heldW);
  return { ...model, powerW: heldW, taper: { ...taper, fromPercent } };
}

/** Rise of the level at full power. */
function percentPerMs(model: ChargeModel): number {
  return (100 * model.powerW * model.efficiency) / (model.capacityWh * MILLIJOULES_PER_WH);
}
