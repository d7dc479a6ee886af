import { ask } from './api.ts';
import { RefusedError } from './problem.ts';
import type { SignInOptions } from './types.ts';
import { signedIn, signedOut, signedOutBefore, who } from './who.ts';

/** Finds out who uses this page, when it is opened. */
export async function findWho(): Promise<void> {
  if (signedOutBefore()) who.set({ kind: 'out', why: 'nobody' });
  else await askWho();
}

/** Asks whether the browser's cookie is still good. */
export async function askWho(): Promise<void> {
  try {
    signedIn(await ask('GET /auth/session'));
  } catch (error) {
    const isNobody = error instanceof RefusedError && error.status === 401;
    who.set(isNobody ? { kind: 'out', why: 'nobody' } : { kind: 'broken', error });
  }
}

/**
 * Asks again for a page that is in use, which goes on as it is unless the cookie has expired: what a person has typed
 * must outlast a service that is away.
 */
export async function askStillIn(): Promise<void> {
  try {
    await ask('GET /auth/session');
  } catch (error) {
    if (error instanceof RefusedError && error.status === 401) signedOut('expired');
  }
}

export async function signIn(clientId: string, clientSecret: string): Promise<void> {
  signedIn(await ask('POST /auth/session', { body: { clientId, clientSecret } }));
}

/** In demonstration mode only. */
export async function signInToDemo(): Promise<void> {
  signedIn(await ask('POST /auth/demo'));
}

export async function signOut(): Promise<void> {
  await ask('DELETE /auth/session');
  signedOut('left');
}

export function readSignInOptions(signal: AbortSignal): Promise<SignInOptions> {
  return ask('GET /auth/options', { signal });
}
