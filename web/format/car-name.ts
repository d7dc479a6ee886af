import { words } from '../words.ts';

interface CarNames {
  readonly displayName: string | null;
  readonly brand: string | null;
  readonly model: string | null;
}

/** What its user calls it, else brand and model. */
export function carName({ displayName, brand, model }: CarNames): string {
  return displayName ?? ([brand, model].filter(Boolean).join(' ') || words.common.unnamedCar);
}
