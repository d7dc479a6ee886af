/** Power at the plug over the energy charged so far: linear between points, the same beyond them. */
export interface PowerLine {
  /** Ascending; two alike where the power jumps. */
  readonly kwh: readonly number[];
  readonly kw: readonly number[];
}

/** The power after an energy; just before it where the power jumps there. */
export function powerAfterKw({ kwh, kw }: PowerLine, atKwh: number): number {
  let i = 0;
  while (i < kwh.length && (kwh[i] as number) < atKwh) i++;
  if (i === 0) return kw[0] as number;
  if (i === kwh.length) return kw[i - 1] as number;
  const from = kwh[i - 1] as number;
  const share = (atKwh - from) / ((kwh[i] as number) - from);
  return (kw[i - 1] as number) + share * ((kw[i] as number) - (kw[i - 1] as number));
}
