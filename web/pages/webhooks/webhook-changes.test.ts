import { expect, it } from 'vitest';
import type { Webhook } from '../../data/types.ts';
import { changesOf } from './webhook-changes.ts';

const OLD: Webhook = {
  id: 'w',
  url: 'https://example.com/hooks',
  events: ['system:heartbeat', 'flex:session:updated', 'an:event:of:later'],
  format: 'single',
  authentication: null,
  isActive: true,
  inactiveReason: null,
  lastSuccess: null,
  pendingEvents: 0,
  nextAttemptAt: null,
  oldSecretValidUntil: null,
  createdAt: '2026-01-05T16:00:00Z',
};
const SAME = {
  url: OLD.url,
  events: ['flex:session:updated', 'system:heartbeat'] as const,
  format: OLD.format,
  authentication: undefined,
};

it('sends what differs alone', () => {
  expect(changesOf(OLD, SAME)).toEqual({});
  expect(changesOf(OLD, { ...SAME, format: 'batch' })).toEqual({ format: 'batch' });
  expect(changesOf(OLD, { ...SAME, events: null, authentication: null })).toEqual({
    events: ['*'],
    authentication: null,
  });
  expect(changesOf(OLD, { ...SAME, url: 'https://example.com' })).toEqual({ url: 'https://example.com' });
});
