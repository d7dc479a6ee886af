import { locale } from './settings.ts';

/** An amount of money in its currency; small prices keep what tells them apart. */
export function money(amount: number, currency: string): string {
  return number(`money ${currency}`, { style: 'currency', currency }).format(withoutMinusZero(amount, 2));
}

/** As money, with a sign before what is saved or spent more. */
export function signedMoney(amount: number, currency: string): string {
  return number(`signed ${currency}`, { style: 'currency', currency, signDisplay: 'exceptZero' }).format(
    withoutMinusZero(amount, 2),
  );
}

/** A price per kWh, to a tenth of a cent and not less than a hundredth of the currency. */
export function price(perKwh: number, currency: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 3 };
  const text = number(`price ${currency}`, { style: 'currency', currency, ...digits });
  return `${text.format(withoutMinusZero(perKwh, 3))}/kWh`;
}

export function kwh(energy: number): string {
  return `${number('1', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(energy)}\u00a0kWh`;
}

export function kw(power: number): string {
  return `${number('1', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(power)}\u00a0kW`;
}

/** A bare figure with so many decimals. */
export function decimal(value: number, digits: number): string {
  return number(`d${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    withoutMinusZero(value, digits),
  );
}

/** Of 0..100. */
export function percent(level: number): string {
  return `${number('0', { maximumFractionDigits: 0 }).format(level)}\u00a0%`;
}

/** Of latitude or longitude: `59.9100° N`. */
export function degrees(value: number, positive: string, negative: string): string {
  const text = number('4', { minimumFractionDigits: 4, maximumFractionDigits: 4 }).format(Math.abs(value));
  return `${text}°\u00a0${value < 0 ? negative : positive}`;
}

export function count(many: number): string {
  return number('0', { maximumFractionDigits: 0 }).format(many);
}

/** Hours and minutes: `3 h 20 min`. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}\u00a0min`;
  return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${rest}\u00a0min`;
}

/** How long a request took: `87 ms`, `5.0 s`. */
export function took(ms: number): string {
  return ms < 1000 ? `${count(ms)}\u00a0ms` : `${seconds.format(ms / 1000)}\u00a0s`;
}

const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const formats = new Map<string, Intl.NumberFormat>();

/** Making one is slow, and a list needs hundreds. */
function number(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const known = formats.get(name) ?? new Intl.NumberFormat(locale, options);
  formats.set(name, known);
  return known;
}

/** −0.00 reads as a loss. */
function withoutMinusZero(amount: number, digits: number): number {
  return Math.abs(amount) < 0.5 / 10 ** digits ? 0 : amount;
}
