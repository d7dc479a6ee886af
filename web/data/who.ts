import { makeStore } from './store.ts';
import type { SignedIn } from './types.ts';

export type Who =
  | { readonly kind: 'asking' }
  | { readonly kind: 'in'; readonly as: SignedIn }
  /** `expired`: it was signed in until now. */
  | { readonly kind: 'out'; readonly why: 'nobody' | 'expired' | 'left' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** Who uses this page. */
export const who = makeStore<Who>({ kind: 'asking' });

export function signedIn(as: SignedIn): void {
  mark(true);
  who.set({ kind: 'in', as });
}

/** Told by whoever meets a 401. Who was not in is not thrown out. */
export function signedOut(why: 'expired' | 'left'): void {
  if (who.get().kind !== 'in') return;
  mark(false);
  who.set({ kind: 'out', why });
}

/** Nobody signed in here: there is nothing to ask the service for, which would answer with an error. */
export function signedOutBefore(): boolean {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return false;
  }
}

const KEY = 'tidewatt-signed-in';

/** The cookie itself can be seen by no script. */
function mark(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing asks the service.
  }
}
