import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../domain/units.ts';
import { readBacktestOptions } from './options.ts';

const NEEDED = '--sessions s.csv --prices p.csv --timezone Europe/Oslo';

describe('the options of a back-test', () => {
  it.each([
    ['', { plant: 'exact', readyBy: 'plug-out', marginMs: 0, minRunMinutes: 0, isForecastOn: true }],
    [
      '--plant real',
      { plant: 'real', marginMs: null, minRunMinutes: 15, earlyRatio: 0, replanGainRatio: null },
    ],
    ['--early 10 --replan-gain 0', { earlyRatio: 0.1, replanGainRatio: 0 }],
    ['--plant real --margin 10 --min-run 30', { marginMs: 10 * MINUTE_MS, minRunMinutes: 30 }],
    ['--plant exact --margin 2.5 --forecast off', { marginMs: 2.5 * MINUTE_MS, isForecastOn: false }],
    [
      '--ready-by 07:00 --publish 12:45',
      { readyBy: '07:00', publication: { timezone: 'Europe/Oslo', time: '12:45' } },
    ],
  ])('%s', (line, rules) => {
    expect(readBacktestOptions(`${NEEDED} ${line}`.trim().split(' '))).toMatchObject({ rules });
  });

  it.each(['--shift-weeks=-4', '--shift-weeks -4'])('reads files, limit and %s', (shift) => {
    const line = `${NEEDED} ${shift} --limit 300 --out report.json --json --workers 3`;
    expect(readBacktestOptions(line.split(' '))).toMatchObject({
      sessionsFile: 's.csv',
      pricesFile: 'p.csv',
      shiftWeeks: -4,
      limit: 300,
      outFile: 'report.json',
      isJson: true,
      workerCount: 3,
    });
    expect(readBacktestOptions(NEEDED.split(' '))).toMatchObject({
      limit: Number.POSITIVE_INFINITY,
      outFile: null,
      workerCount: null,
    });
  });

  it.each([
    ['--sessions s.csv --prices p.csv', '--timezone is needed'],
    ['--prices p.csv --timezone Europe/Oslo', '--sessions is needed'],
    ['--sessions s.csv --prices p.csv --timezone Mars/Base', '--timezone: expected a zone'],
    [`${NEEDED} --plant ideal`, '--plant: expected exact or real, got "ideal"'],
    [`${NEEDED} --ready-by 7`, '--ready-by: expected plug-out or a time'],
    [`${NEEDED} --publish noon`, '--publish: expected a time'],
    [`${NEEDED} --limit 0`, '--limit: expected a number from 1 on, got "0"'],
    [`${NEEDED} --limit -1`, '--limit: expected a number from 1 on, got "-1"'],
    [`${NEEDED} --limit Infinity`, '--limit: expected a whole number'],
    [`${NEEDED} --limit 1.5`, '--limit: expected a whole number'],
    [`${NEEDED} --workers 0`, '--workers: expected a number from 1'],
    [`${NEEDED} --margin x`, '--margin: expected a number'],
    [`${NEEDED} --forecast maybe`, '--forecast: expected on or off'],
    [`${NEEDED} --early 101`, '--early: expected a number from 0 to 100'],
    [`${NEEDED} --nonsense`, '--nonsense'],
  ])('%s is wrong use', (line, message) => {
    expect(readBacktestOptions(line.split(' '))).toEqual({ wrong: expect.stringContaining(message) });
  });
});
