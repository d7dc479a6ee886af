import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { secretFault, sha1Signature, signedHeaders } from './sign.ts';
import { verifyDelivery } from './verify.ts';

const BODY = Buffer.from('{"payload":"example, ærlig"}');
const NOW_S = Math.floor(Date.now() / 1000);
const OLD = 'an-older-secret-of-ours';
const CODED = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

const official = (secret: string): Webhook =>
  secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });

describe('the signature of another vendor', () => {
  test('is that of the public example', () => {
    expect(sha1Signature('example-secret', Buffer.from('{"payload":"example"}'))).toBe(
      'sha1=e417e6fc2e7f8a78c93a35a7b344d36ce179fc8d',
    );
  });

  test('takes a coded secret as the text that it is', () => {
    const hex = createHmac('sha1', CODED).update(BODY).digest('hex');
    expect(sha1Signature(CODED, BODY)).toBe(`sha1=${hex}`);
  });
});

describe('the official verifier', () => {
  test.each([
    { name: 'a plain secret', secrets: ['a-secret-of-16-c'] as const, verifyWith: ['a-secret-of-16-c'] },
    { name: 'a coded secret', secrets: [CODED] as const, verifyWith: [CODED] },
    {
      name: 'the new and the old secret of a change',
      secrets: [CODED, OLD] as const,
      verifyWith: [CODED, OLD],
    },
  ])('accepts $name', ({ secrets, verifyWith }) => {
    const headers = signedHeaders([...secrets], 'msg_1', NOW_S, BODY);
    for (const secret of verifyWith) {
      expect(official(secret).verify(BODY, { ...headers })).toEqual(JSON.parse(BODY.toString()));
      const [first, ...others] = verifyWith;
      if (secret === first || others.length === 0) {
        expect(verifyDelivery(secret, headers, BODY, NOW_S * 1000)).toEqual({
          kind: 'valid',
          deliveryId: 'msg_1',
        });
      }
    }
  });

  test.each([
    { name: 'one byte of the body', body: Buffer.from('{"payload":"Example, ærlig"}'), change: {} },
    { name: 'the id', body: BODY, change: { 'webhook-id': 'msg_2' } },
    { name: 'the time', body: BODY, change: { 'webhook-timestamp': String(NOW_S + 1) } },
    { name: 'the signature', body: BODY, change: { 'webhook-signature': 'v1,AAAA' } },
    { name: 'another version', body: BODY, change: { 'webhook-signature': 'v2,AAAA' } },
  ])('refuses a change of $name, and so do we', ({ body, change }) => {
    const headers: Record<string, string> = Object.assign(
      { ...signedHeaders([CODED], 'msg_1', NOW_S, BODY) },
      change,
    );
    expect(() => official(CODED).verify(body, headers)).toThrow();
    expect(verifyDelivery(CODED, headers, body, NOW_S * 1000)).toMatchObject({ kind: 'invalid' });
  });

  test('and ours refuse what is repeated ten minutes later, another secret, and no headers', () => {
    const headers = signedHeaders([CODED], 'msg_1', NOW_S - 600, BODY);
    expect(() => official(CODED).verify(BODY, { ...headers })).toThrow('too old');
    expect(verifyDelivery(CODED, headers, BODY, NOW_S * 1000)).toMatchObject({
      reason: expect.stringContaining('5 minutes'),
    });
    expect(verifyDelivery(OLD, headers, BODY, NOW_S * 1000)).toMatchObject({ kind: 'invalid' });
    expect(verifyDelivery(CODED, {}, BODY, 0)).toMatchObject({ kind: 'invalid' });
  });
});

test.each([
  { secret: 'fifteen-chars-x', fault: 'got 15' },
  { secret: 'x'.repeat(201), fault: 'got 201' },
  { secret: 'with a space in it', fault: 'ASCII' },
  { secret: 'påske-påske-påske', fault: 'ASCII' },
  { secret: 'whsec_not*base64*at*all', fault: 'base64' },
  { secret: 'sixteen-chars-xx', fault: null },
  { secret: CODED, fault: null },
])('the secret $secret: $fault', ({ secret, fault }) => {
  if (fault === null) expect(secretFault(secret)).toBeNull();
  else expect(secretFault(secret)).toContain(fault);
});
