import { timingSafeEqual } from 'node:crypto';
import { sha1Signature, standardSignature } from './sign.ts';

/** What the signatures of a delivery say. */
export type Verdict =
  | { readonly kind: 'valid'; readonly deliveryId: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Older or more in the future than this is a repetition by somebody else (Standard Webhooks, "Timestamp"). */
const TOLERANCE_S = 300;

/** Verifies a delivery as a receiver should: the signature over the raw body, then the age. Both manners must agree. */
export function verifyDelivery(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Buffer,
  nowMs: number,
): Verdict {
  const [id, timestamp, signatures, sha1] = [
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'x-enode-signature',
  ].map((name) => String(headers[name] ?? ''));
  if (!id || !timestamp || !signatures) return invalid('the webhook-… headers are missing');
  if (!/^\d{1,12}$/.test(timestamp)) return invalid('webhook-timestamp is no number of seconds');
  const expected = standardSignature(secret, id, Number(timestamp), body);
  if (!signatures.split(' ').some((signature) => isSame(signature, expected))) {
    return invalid('no webhook-signature fits the body and the secret');
  }
  if (sha1 && !isSame(sha1, sha1Signature(secret, body))) {
    return invalid('x-enode-signature does not fit; while a secret is being changed it goes by the new one');
  }
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_S) {
    return invalid('webhook-timestamp is more than 5 minutes from now');
  }
  return { kind: 'valid', deliveryId: id };
}

function invalid(reason: string): Verdict {
  return { kind: 'invalid', reason };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
