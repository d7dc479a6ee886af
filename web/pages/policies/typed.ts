/** Stands for what a field of a number cannot read yet, such as "1e" or "-": it is neither a number nor nothing. */
const HALF_TYPED = 'NaN';

interface Input {
  readonly value: string;
  readonly validity: { readonly badInput: boolean };
}

/** What was typed; a field of a number gives '' for what it cannot read. */
export function typedIn({ value, validity }: Input): string {
  return validity.badInput ? HALF_TYPED : value;
}

/** What to give back to the field, so that it keeps what is half typed. */
export function shownIn(text: string): string {
  return text === HALF_TYPED ? '' : text;
}

/** There is something, and it is no number. */
export function isNoNumber(text: string): boolean {
  return text.trim() !== '' && Number.isNaN(Number(text));
}

/** No number is there. */
export function isMissing(text: string): boolean {
  return text.trim() === '' || isNoNumber(text);
}
