import { expect, it } from 'vitest';
import { makeDoorbell } from '../runtime/doorbell.ts';
import { makeLog } from '../runtime/log.ts';
import { appendEvents, lastPosition } from '../store/events.ts';
import { describeOnDatabases } from '../store/testing/databases.ts';
import { until } from '../store/testing/until.ts';
import { startSequencer } from './sequencer.ts';

const CLIENT = '00000000-0000-4000-8000-000000000001';
const NEVER_MS = 2 ** 31 - 1;

describeOnDatabases('the sequencer', (database) => {
  const log = makeLog({ level: 'silent', nowMs: () => 0 });

  async function write(): Promise<void> {
    const of = { userId: 'anna', vehicleId: null, sessionId: null, policyId: null, sequence: null };
    const event = { ...of, clientId: CLIENT, createdAtMs: 0, kind: 'flex:session:updated', body: '{}' };
    await appendEvents(database(), [event]);
  }

  it('places what was written when the bell rings, and rings in turn', async () => {
    const bells = { written: makeDoorbell(), placed: makeDoorbell() };
    const sequencer = startSequencer({ database: database(), log }, bells);
    for (let n = 1; n <= 3; n++) {
      const placed = bells.placed.wait(NEVER_MS);
      await write();
      bells.written.ring();
      await placed;
      expect(await lastPosition(database(), CLIENT)).toBe(n);
    }
    await sequencer.stop();
    expect(bells.written.isHeard()).toBe(false);
  });

  it('finds what nobody rang for', async () => {
    const bells = { written: makeDoorbell(), placed: makeDoorbell() };
    bells.placed.onRing(() => {});
    const sequencer = startSequencer({ database: database(), log }, bells);
    const before = await lastPosition(database(), CLIENT);
    await write();
    await until(async () => (await lastPosition(database(), CLIENT)) > before);
    await sequencer.stop();
  });
});
