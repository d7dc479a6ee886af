import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeDataDir,
  plainEnv,
  type RunningService,
  runForOneLine,
  runTidewatt,
  startTidewatt,
} from './testing/service-process.ts';

describe('the command', () => {
  it('helps on stdout, with exit code 0', async () => {
    const { code, stdout, stderr } = await runTidewatt(['serve', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: tidewatt serve');
  });

  it.each([
    ['an unknown option', ['serve', '--nonsense'], "Unknown option '--nonsense'"],
    ['a replay of no session', ['replay', 'tonight'], 'expected the id of a session'],
    ['a role without a server', ['serve', '--role', 'api'], 'set DATABASE_URL'],
  ])('ends %s with exit code 2 and a sentence on stderr', async (_name, args, message) => {
    const { code, stdout, stderr } = await runTidewatt(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('ends quietly when its reader has gone', async () => {
    const { code, stderr } = await runForOneLine(['plan'], 'nonsense\n'.repeat(20_000));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('plans line by line', async () => {
    const problem = {
      id: 'a',
      now: '2026-01-05T18:00:00Z',
      readyBy: '2026-01-06T06:00:00Z',
      batteryLevel: 50,
      batteryReserve: 20,
      minimumChargeTarget: 80,
      chargeLimit: 100,
      batteryCapacity: 60,
      chargeCurve: [{ level: 0, power: 6 }],
      isCharging: false,
      slots: [{ startAt: '2026-01-05T18:00:00Z', endAt: '2026-01-06T06:00:00Z', price: 0.1 }],
      restrictions: [],
      prefer: 'late',
    };
    const { code, stdout } = await runTidewatt(['plan'], { input: `${JSON.stringify(problem)}\nnonsense\n` });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { id: 'a', feasible: true },
      { id: null, error: expect.any(String) },
    ]);
  });
});

describe('a sandbox as a process', () => {
  const data = makeDataDir();
  let service: RunningService;

  beforeAll(async () => {
    service = await startTidewatt([
      'serve',
      '--sandbox',
      '--clock',
      '2026-01-05T12:00:00Z',
      '--port',
      '0',
      '--data-dir',
      data.path,
    ]);
  });
  afterAll(async () => {
    await service.stop();
    await data.drop();
  });

  let token: string;
  const readClock = async (): Promise<unknown> => {
    const answer = await fetch(`${service.ready.url}/sandbox/clock`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.json();
  };

  it('tells in its first line where it is, and who may use it', async () => {
    const { url, docsUrl, clientId, clientSecret, pid } = service.ready;
    expect(docsUrl).toBe(`${url}/docs`);
    expect(pid).toBeGreaterThan(0);
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const made = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    token = JSON.parse(await made.text()).access_token;
    expect(await readClock()).toEqual({ now: '2026-01-05T12:00:00Z', speed: 0 });
  });

  it('is the only service on its folder: a second one names the first', async () => {
    const { code, stderr } = await runTidewatt([
      'serve',
      '--sandbox',
      '--port',
      '0',
      '--data-dir',
      data.path,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(service.ready.url);
  });

  it('lets other commands work beside it', async () => {
    const made = await runTidewatt(['client', 'create', 'second', '--json', '--data-dir', data.path]);
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ name: 'second', clientSecret: expect.any(String) });
    const migrated = await runTidewatt(['migrate', '--json', '--data-dir', data.path]);
    expect(migrated).toMatchObject({ code: 0, stdout: '{"applied":[]}\n' });
    const doctor = await runTidewatt(['doctor', '--json', '--data-dir', data.path]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: true });
    const unknown = '0197a3f2-7c1e-7d3a-9b1e-5f2f6a1c0d4e';
    const replay = await runTidewatt(['replay', unknown, '--json', '--data-dir', data.path]);
    expect({ code: replay.code, stderr: replay.stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(replay.stdout)).toMatchObject({ sessionId: unknown, reason: 'session-unknown' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops within 5 s of %s, and goes on where it stopped',
    async (signal) => {
      const { code, tookMs } = await service.stop(signal);
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(5_000);
      service = await startTidewatt(['serve', '--sandbox', '--port', '0', '--data-dir', data.path]);
      // The secret was shown once, at the first start.
      expect(service.ready.clientSecret).toBeUndefined();
      expect(await readClock()).toEqual({ now: '2026-01-05T12:00:00Z', speed: 0 });
    },
  );
});

it('names the port that is taken', async () => {
  const data = makeDataDir();
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const env = plainEnv({ PORT: port });
  const { code, stderr } = await runTidewatt(['serve', '--data-dir', data.path], { env });
  taken.close();
  await data.drop();
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port}`);
  expect(stderr).toContain('in use');
});
