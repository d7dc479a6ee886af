import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCluster } from '../../store/embedded-place.ts';
import { stopPostgres } from '../../store/embedded-process.ts';
import { testDatabases } from '../../store/testing/databases.ts';
import { type Installation, logTail, type Service, startService } from './service.ts';

const missing = testDatabases().find(({ name }) => name === 'embedded')?.missing ?? null;

/** It makes a database and starts four processes: 5 s on two idle cores. */
const LIMIT_MS = 120_000;

describe.skipIf(missing !== null)('two services on one folder', () => {
  let folder: string;
  let dataDir: string;
  let services: Service[];

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tidewatt-two-')));
    chmodSync(folder, 0o755);
    dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    services = [];
  });
  afterEach(async () => {
    for (const service of services) {
      service.kill();
      await service.ended;
    }
    const cluster = findCluster(dataDir);
    if (cluster !== null) await stopPostgres(cluster);
    rmSync(folder, { recursive: true, force: true });
  });

  function start(name: string): { service: Service; installation: Installation } {
    const logFile = join(folder, `${name}.log`);
    const installation = { dataDir, serveArgs: [], databaseUrl: null, logFile };
    const service = startService(installation);
    services.push(service);
    return { service, installation };
  }

  test(
    'started at once on an empty folder, and once more later: one runs, the others name its URL and exit with 1',
    async () => {
      const both = [start('one'), start('other')];
      const outcomes = await Promise.allSettled(both.map(({ service }) => service.ready));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const first = both[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      const second = both[outcomes.findIndex(({ status }) => status === 'rejected')];
      const url = await first?.service.ready;

      for (const late of [second, start('later')]) {
        expect(await late?.service.ended).toBe(1);
        expect(late === undefined ? '' : logTail(late.installation)).toContain(
          `another tidewatt runs at ${url} `,
        );
        expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      }
      expect(await first?.service.stop()).toBe(true);
    },
    LIMIT_MS,
  );
});
