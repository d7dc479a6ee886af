import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Deps } from '../../app/deps.ts';
import { systemClock } from '../../runtime/clock.ts';
import { makeUuidv7 } from '../../runtime/ids.ts';
import { makeLog } from '../../runtime/log.ts';
import { describeOnDatabases } from '../../store/testing/databases.ts';
import { openSandbox } from '../open-sandbox.ts';
import { startSandbox } from '../sandbox.ts';
import { growDemonstration, LIVED_BEFORE_MS, withDemoClient } from './demonstration.ts';

const BORN_MS = Date.UTC(2026, 0, 5, 7);

describeOnDatabases('the demonstration', (database) => {
  it.each([
    ['lives its first days and then runs', false, { nowMs: BORN_MS + LIVED_BEFORE_MS, speed: 600 }],
    ['leaves the clock to whoever has set it meanwhile', true, { nowMs: BORN_MS, speed: 0 }],
  ])('%s', async (_name, isTakenOver, expected) => {
    const wanted = { kind: 'demo', seed: 3, vehicleCount: 1, speed: 600, bornMs: BORN_MS } as const;
    const opened = await openSandbox(database(), { ...wanted, isFresh: true }, BORN_MS);
    if (opened === null || opened.demo === null) throw new Error('expected a demonstration');
    const deps: Deps = {
      database: database(),
      clock: opened.clock,
      // It stands, so that the clock moves by nothing but what is asked for.
      realClock: { nowMs: () => BORN_MS },
      newId: makeUuidv7({ nowMs: systemClock.nowMs, randomBytes }),
      log: makeLog({ level: 'error', nowMs: systemClock.nowMs }),
    };
    const demo = await withDemoClient(deps, opened.demo);
    const sandbox = startSandbox({ ...opened, deps, speed: 0 });
    if (isTakenOver) sandbox.takeOver();
    await growDemonstration(deps, sandbox, demo, wanted.speed);
    expect(sandbox.read()).toEqual(expected);
    await sandbox.stop();
  });
});
