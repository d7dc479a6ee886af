import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { backtestCommand } from './backtest.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatt-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sessions = join(folder, 'sessions.csv');
const prices = join(folder, 'prices.csv');
writeFileSync(
  sessions,
  `session_id,user_id,plugged_in_at_utc,plugged_out_at_utc,plugged_in_at_local,energy_kwh,est_charging_power_kw,est_battery_capacity_kwh,est_soc_start_pct
s1,u1,2026-01-05T17:00:00Z,2026-01-05T22:00:00Z,2026-01-05T17:00:00+00:00,8,4,40,77.4
`,
);
writeFileSync(
  prices,
  `start_utc,end_utc,price_eur_per_mwh\n${[90, 80, 30, 20, 70]
    .map((price, hour) => `2026-01-05T${17 + hour}:00:00Z,2026-01-05T${18 + hour}:00:00Z,${price}\n`)
    .join('')}`,
);

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const code = await backtestCommand(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

describe('tidewatt backtest', () => {
  const files = ['--sessions', sessions, '--prices', prices];

  it('prints a table, and writes the report to a file', async () => {
    const out = join(folder, 'report.json');
    const done = await run(...files, '--timezone', 'UTC', '--out', out);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('Perfect foresight');
    const report = JSON.parse(readFileSync(out, 'utf8'));
    expect(report).toMatchObject({ sessions: 1, ready: { ready: 1 } });
    expect(report.costActual).toBeCloseTo(0.2, 3);
  });

  it('writes a page where the file ends in .html', async () => {
    const out = join(folder, 'report.html');
    expect(await run(...files, '--timezone', 'UTC', '--workers', '2', '--out', out)).toMatchObject({
      code: 0,
    });
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('looks at the place of the report before it drives', async () => {
    const out = join(folder, 'none', 'report.html');
    const done = await run('--sessions', 'unread.csv', '--prices', prices, '--timezone', 'UTC', '--out', out);
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toMatch(/^--out: expected a file that can be written: .*none.report\.html/);
    const atFolder = await run(...files, '--timezone', 'UTC', '--out', folder);
    expect(atFolder).toMatchObject({ code: 2, stdout: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('prints the report though it cannot be written', async () => {
    const done = await run(...files, '--timezone', 'UTC', '--out', '/dev/full');
    expect(done).toMatchObject({ code: 1, stdout: expect.stringContaining('Perfect foresight') });
    expect(done.stderr).toMatch(/^backtest: the report is not in \/dev\/full: ENOSPC/);
  });

  it('leaves no file behind where a run fails', async () => {
    const out = join(folder, 'failed.json');
    expect(
      await run('--sessions', prices, '--prices', prices, '--timezone', 'UTC', '--out', out),
    ).toMatchObject({
      code: 1,
    });
    expect(existsSync(out)).toBe(false);
  });

  it('fails where nothing can be driven, and says what was expected', async () => {
    const done = await run(...files, '--timezone', 'UTC', '--shift-weeks', '52');
    expect(done).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'backtest: no session could be driven. 1 row skipped: 1 outside the prices. The prices are from 2026-01-05 to 2026-01-05, the sessions from 2027-01-04 to 2027-01-04; --shift-weeks moves the sessions.\n',
    });
  });

  it('names the first cell that cannot be read', async () => {
    const comma = join(folder, 'comma.csv');
    writeFileSync(comma, readFileSync(sessions, 'utf8').replace(',8,4,40,', ',"8,5",4,40,'));
    const done = await run('--sessions', comma, '--prices', prices, '--timezone', 'UTC', '--json');
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr).toBe(
      'backtest: no session could be driven. 1 row skipped: 1 that cannot be read (the first is row 2: energy_kwh is "8,5"). Expected are instants such as 2026-01-05T17:00:00Z, and numbers above 0 with a decimal point; a level is at most 100.\n',
    );
  });

  it('prints one JSON object for machines', async () => {
    const done = await run(...files, '--timezone', 'UTC', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({ sessions: 1, costReference: { perfectForesight: 0.2 } });
  });

  it.each([
    [2, [...files], '--timezone is needed. See "tidewatt backtest --help".'],
    [1, ['--sessions', prices, '--prices', prices, '--timezone', 'UTC'], 'expected the columns session_id'],
    [
      1,
      ['--sessions', sessions, '--prices', sessions, '--timezone', 'UTC'],
      'expected the columns start_utc',
    ],
    [1, ['--sessions', join(folder, 'none.csv'), '--prices', prices, '--timezone', 'UTC'], 'none.csv'],
  ])('exits %i with a message', async (code, argv, message) => {
    const done = await run(...argv);
    expect(done).toMatchObject({ code, stdout: '' });
    expect(done.stderr).toContain(message);
  });
});
