import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR_MS } from '../domain/units.ts';
import { readSecretHash } from '../store/clients.ts';
import { insertToken } from '../store/tokens.ts';
import { isUuid } from '../wire/scalars.ts';
import { hashOf } from './create-client.ts';
import type { Deps } from './deps.ts';
import type { Access } from './tokens.ts';

export const TOKEN_LIFE_MS = HOUR_MS;

/** A new token of a client, good for an hour; null when id and secret do not belong together. */
export async function issueToken(
  deps: Pick<Deps, 'database' | 'realClock'>,
  clientId: string,
  clientSecret: string,
): Promise<Access | null> {
  if (!isUuid(clientId)) return null;
  const known = await readSecretHash(deps.database, clientId);
  const given = hashOf(clientSecret);
  if (known === null || known.length !== given.length || !timingSafeEqual(known, given)) return null;
  const token = `twt_${randomBytes(32).toString('base64url')}`;
  const nowMs = deps.realClock.nowMs();
  const access = { clientId: clientId.toLowerCase(), token, expiresAtMs: nowMs + TOKEN_LIFE_MS };
  await insertToken(deps.database, { ...access, hash: hashOf(token) }, nowMs);
  return access;
}
