import { createHmac } from 'node:crypto';

/** What a delivery is signed with; the newest first. */
export type SecretTexts = readonly [string, ...string[]];

/**
 * The headers that prove a delivery, in both manners: Standard Webhooks (one signature a secret, so that the old one
 * still verifies while it is valid) and the pair of another vendor, which has room for one and takes the newest.
 * `body` is what is sent, to the byte.
 */
export function signedHeaders(
  secrets: SecretTexts,
  deliveryId: string,
  timestampS: number,
  body: Buffer,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': deliveryId,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': secrets
      .map((secret) => standardSignature(secret, deliveryId, timestampS, body))
      .join(' '),
    'x-enode-delivery': deliveryId,
    'x-enode-signature': sha1Signature(secrets[0], body),
  };
}

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks, specification, "Signature scheme"). */
export function standardSignature(
  secret: string,
  deliveryId: string,
  timestampS: number,
  body: Buffer,
): string {
  const hmac = createHmac('sha256', keyOf(secret)).update(`${deliveryId}.${timestampS}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

/** `sha1=` and the hex HMAC-SHA1 of the body; its key is the secret as text, whatever its form. */
export function sha1Signature(secret: string, body: Buffer): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;
}

/** Why a secret cannot be used; null where it can. Printable ASCII, so that every receiver makes the same bytes of it. */
export function secretFault(secret: string): string | null {
  if (secret.length < SECRET_MIN_CHARS || secret.length > SECRET_MAX_CHARS) {
    return `expected ${SECRET_MIN_CHARS} to ${SECRET_MAX_CHARS} characters, got ${secret.length}`;
  }
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'expected printable ASCII characters without spaces';
  if (!secret.startsWith(BASE64_PREFIX)) return null;
  const coded = secret.slice(BASE64_PREFIX.length);
  const isWhole = coded !== '' && Buffer.from(coded, 'base64').toString('base64') === coded;
  return isWhole ? null : 'expected base64 after whsec_';
}

const SECRET_MIN_CHARS = 16;
const SECRET_MAX_CHARS = 200;
const BASE64_PREFIX = 'whsec_';

function keyOf(secret: string): Buffer {
  return secret.startsWith(BASE64_PREFIX)
    ? Buffer.from(secret.slice(BASE64_PREFIX.length), 'base64')
    : Buffer.from(secret);
}
