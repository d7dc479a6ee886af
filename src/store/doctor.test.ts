import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNode, diagnose } from './doctor.ts';
import { testDatabases } from './testing/databases.ts';

const nowMs = (): number => Date.now();

describe('checkNode', () => {
  test.each([
    { version: '20.18.3', ok: false },
    { version: '20.19.0', ok: true },
    { version: '24.1.0', ok: true },
    { version: '18.20.0', ok: false },
  ])('$version: $ok', ({ version, ok }) => {
    expect(checkNode(version)).toMatchObject({ ok, mend: ok ? null : 'install Node 20.19 or later' });
  });
});

const server = testDatabases().find(({ name }) => name === 'server');
describe.skipIf(server === undefined || server.missing !== null)('diagnose (server)', () => {
  test.each([
    { name: 'a migrated database', isEmpty: false, skewMs: 0, faults: [] },
    { name: 'an empty database', isEmpty: true, skewMs: 0, faults: ['the schema lacks 0001_'] },
    {
      name: 'a clock that is wrong',
      isEmpty: false,
      skewMs: -60_000,
      faults: ['the clock of the database is '],
    },
  ])('$name', async ({ isEmpty, skewMs, faults }) => {
    const store = await server?.create({ isEmpty });
    if (store?.target.kind !== 'server') throw new Error('expected a server');
    const findings = await diagnose({
      databaseUrl: store.target.url,
      dataDir: '/nowhere',
      nowMs: () => nowMs() + skewMs,
    });
    await server?.drop(store);
    const found = findings.filter(({ ok }) => !ok);
    expect(found.length).toBe(faults.length);
    for (const [index, fault] of faults.entries()) expect(found[index]?.what).toContain(fault);
    expect(findings.every(({ ok, mend }) => ok === (mend === null))).toBe(true);
  });
});

describe('diagnose', () => {
  test('a server that is not there', async () => {
    const findings = await diagnose({
      databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
      dataDir: '/nowhere',
      nowMs,
    });
    expect(findings.at(-1)).toMatchObject({ ok: false, mend: expect.stringContaining('check DATABASE_URL') });
    expect(findings.at(-1)?.what).toContain('ECONNREFUSED');
  });

  test('a folder without a database is left as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewatt-doctor-'));
    const findings = await diagnose({ databaseUrl: null, dataDir: join(folder, 'data'), nowMs });
    expect(findings.at(-1)?.what).toContain(
      existsSync('/etc/alpine-release') ? 'musl' : 'the first start makes one',
    );
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
