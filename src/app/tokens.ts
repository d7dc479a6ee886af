import { deleteToken, extendToken, readToken } from '../store/tokens.ts';
import { hashOf } from './create-client.ts';
import type { Deps } from './deps.ts';
import { TOKEN_LIFE_MS } from './issue-token.ts';

/** What a valid token opens. */
export interface Access {
  readonly clientId: string;
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface Tokens {
  /** What a token opens; null when it is not known, has expired or was revoked. */
  check(token: string): Promise<Access | null>;
  /** Lets a token in the last half of its life live for a whole one from now; null when it is not yet there. */
  renew(access: Access): Promise<Access | null>;
  revoke(access: Access): Promise<void>;
}

const REMEMBERED_MAX_COUNT = 10_000;
/** A token that another process revoked is refused here after so long at the latest. */
const REMEMBERED_MS = 30_000;

/**
 * The tokens of a service. They are remembered, by their hashes, for half a minute, so that most calls cost no
 * statement; the oldest are forgotten beyond 10,000.
 */
export function makeTokens({ database, realClock }: Pick<Deps, 'database' | 'realClock'>): Tokens {
  const known = new Map<string, { readonly access: Access; readonly readAtMs: number }>();

  function remember(access: Access): void {
    const key = keyOf(access.token);
    // Last read last, so that the first is the oldest.
    known.delete(key);
    known.set(key, { access, readAtMs: realClock.nowMs() });
    const oldest = known.keys().next();
    if (known.size > REMEMBERED_MAX_COUNT && !oldest.done) known.delete(oldest.value);
  }

  function remembered(token: string, nowMs: number): Access | null {
    const found = known.get(keyOf(token));
    if (found === undefined || nowMs - found.readAtMs > REMEMBERED_MS) return null;
    return found.access.expiresAtMs > nowMs ? found.access : null;
  }

  return {
    async check(token) {
      const nowMs = realClock.nowMs();
      const access = remembered(token, nowMs);
      if (access !== null) return access;
      const row = await readToken(database, hashOf(token));
      if (row === null || row.expiresAtMs <= nowMs) {
        known.delete(keyOf(token));
        return null;
      }
      const read = { ...row, token };
      remember(read);
      return read;
    },
    async renew(access) {
      const nowMs = realClock.nowMs();
      if (access.expiresAtMs - nowMs > TOKEN_LIFE_MS / 2) return null;
      const renewed = { ...access, expiresAtMs: nowMs + TOKEN_LIFE_MS };
      // Revoked meanwhile, it stays so.
      if (!(await extendToken(database, hashOf(access.token), renewed.expiresAtMs))) return null;
      remember(renewed);
      return renewed;
    },
    async revoke(access) {
      await deleteToken(database, hashOf(access.token));
      known.delete(keyOf(access.token));
    },
  };
}

function keyOf(token: string): string {
  return hashOf(token).toString('base64');
}
