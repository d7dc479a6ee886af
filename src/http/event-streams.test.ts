import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeLog } from '../runtime/log.ts';
import { appendEvents, assignPositions } from '../store/events.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { type EventStreams, makeEventStreams, STREAM_LIMITS } from './event-streams.ts';

describeOnDatabases('a stream with a slow reader', (database) => {
  let streams: EventStreams;
  let clientId: string;
  const complaints: string[] = [];
  beforeEach(() => {
    // The heart alone beats by hand.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    clientId = randomUUID();
    complaints.length = 0;
    const log = makeLog({ level: 'warn', nowMs: () => 0, write: (line) => complaints.push(line) });
    streams = makeEventStreams({ database: database(), log });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await streams.close();
  });

  async function write(count: number, bytes: number): Promise<void> {
    const events = Array.from({ length: count }, (_none, n) => ({
      clientId,
      createdAtMs: Date.UTC(2025, 5, 10),
      kind: 'flex:session:updated',
      userId: 'anna',
      vehicleId: null,
      sessionId: null,
      policyId: null,
      sequence: n,
      body: JSON.stringify({ n, pad: 'x'.repeat(bytes) }),
    }));
    await appendEvents(database(), events);
    await assignPositions(database());
  }
  const beat = () => vi.advanceTimersByTime(STREAM_LIMITS.heartbeatMs);

  it('goes on while the reader takes something, and closes when it takes nothing for 30 s', async () => {
    const wanted = { clientId, afterPosition: null, policyId: null, vehicleId: null, kinds: null };
    const readable = await streams.open(wanted);
    await until(() => String(readable.read() ?? '').startsWith('retry:'));
    await write(20, 40_000);
    await until(() => readable.readableLength > 700_000);
    // A kilobyte a beat, for five minutes: far less than what waits.
    for (let n = 0; n < 20; n++) {
      expect(readable.read(1_000)).toHaveLength(1_000);
      beat();
    }
    expect(complaints).toEqual([]);
    beat();
    beat();
    expect(complaints).toEqual([]);
    beat();
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('too slow');
  });
});
