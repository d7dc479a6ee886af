import { readToken } from '../store/tokens.ts';
import { hashOf } from './create-client.ts';
import type { Deps } from './deps.ts';

const CACHED_MAX_COUNT = 10_000;

/**
 * Gives the client of a token, or null. Tokens are remembered, by their hashes, until they expire, so that a call
 * costs no statement; the oldest are forgotten beyond 10,000.
 */
export function makeAuthenticate(
  deps: Pick<Deps, 'database' | 'realClock'>,
): (token: string) => Promise<string | null> {
  const known = new Map<string, { readonly clientId: string; readonly expiresAtMs: number }>();

  return async (token) => {
    const hash = hashOf(token);
    const key = hash.toString('base64');
    const nowMs = deps.realClock.nowMs();
    const found = known.get(key) ?? (await readToken(deps.database, hash));
    if (found === null) return null;
    if (found.expiresAtMs <= nowMs) {
      known.delete(key);
      return null;
    }
    if (!known.has(key)) {
      known.set(key, found);
      const oldest = known.keys().next();
      if (known.size > CACHED_MAX_COUNT && !oldest.done) known.delete(oldest.value);
    }
    return found.clientId;
  };
}
