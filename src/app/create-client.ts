import { createHash, randomBytes } from 'node:crypto';
import { insertClient } from '../store/clients.ts';
import type { Deps } from './deps.ts';

const GROUPS_COUNT = 64;

/**
 * A new client. The secret is 256 random bits, kept as its SHA-256 only and shown this once: a slow hash guards
 * what people think up, and gains nothing for what cannot be guessed.
 */
export async function createClient(
  deps: Pick<Deps, 'database' | 'realClock' | 'newId'>,
  name: string,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const clientId = deps.newId();
  const clientSecret = `tws_${randomBytes(32).toString('base64url')}`;
  await insertClient(deps.database, {
    id: clientId,
    name,
    secretHash: hashOf(clientSecret),
    clientGroup: clientGroupOf(clientId),
    createdAtMs: deps.realClock.nowMs(),
  });
  return { clientId, clientSecret };
}

/** The group of clients that claims and shards go by. */
function clientGroupOf(clientId: string): number {
  return (createHash('sha256').update(clientId).digest()[0] ?? 0) % GROUPS_COUNT;
}

/** How a secret or token is kept. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
