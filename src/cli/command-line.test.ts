import { describe, expect, it } from 'vitest';
import { FAULTS } from '../sim/simulation/faults.ts';
import { readCommandLine } from './command-line.ts';
import { COMMANDS } from './commands.ts';

describe('what a command line asks for', () => {
  it.each([
    ['serve', { kind: 'serve', options: { role: 'all', sandbox: null }, flags: {}, json: false }],
    [
      'serve --sandbox --clock 2026-01-05T12:00:00+01:00 --port 0 --json',
      {
        kind: 'serve',
        options: { role: 'all', sandbox: { clockMs: Date.UTC(2026, 0, 5, 11) } },
        flags: { port: '0' },
        json: true,
      },
    ],
    [
      'serve --role worker --data-dir there --host ::1',
      {
        kind: 'serve',
        options: { role: 'worker', sandbox: null },
        flags: { 'data-dir': 'there', host: '::1' },
        json: false,
      },
    ],
    [
      'demo --speed 60 --vehicles 3 --seed 7 --fresh',
      {
        kind: 'demo',
        options: { speed: 60, vehicleCount: 3, seed: 7, isFresh: true },
        flags: {},
        json: false,
      },
    ],
    ['client create acme --json', { kind: 'client-create', name: 'acme', flags: {}, json: true }],
    [
      'replay 0197a3f2-7c1e-7d3a-9b1e-5f2f6a1c0d4e --data-dir there --json',
      {
        kind: 'replay',
        sessionId: '0197a3f2-7c1e-7d3a-9b1e-5f2f6a1c0d4e',
        flags: { 'data-dir': 'there' },
        json: true,
      },
    ],
    ['plan', { kind: 'plan' }],
    ['backtest --sessions a.csv', { kind: 'backtest', argv: ['--sessions', 'a.csv'] }],
    [
      'events --follow --url http://there:1 --event flex:session:updated --json',
      {
        kind: 'events',
        options: {
          url: 'http://there:1',
          clientId: null,
          clientSecret: null,
          policyId: null,
          vehicleId: null,
          events: 'flex:session:updated',
        },
        json: true,
      },
    ],
    ['webhook listen', { kind: 'webhook-listen', port: 4400, secret: null, json: false }],
    [
      'webhook listen --port 0 --secret hush --json',
      { kind: 'webhook-listen', port: 0, secret: 'hush', json: true },
    ],
    [
      'sim',
      { kind: 'sim', options: { vehicleCount: 12, dayCount: 7, seed: 1, faults: FAULTS }, json: false },
    ],
    [
      'sim --vehicles 2 --days 1 --seed 9 --faults plug-outs,lost-readings --json',
      {
        kind: 'sim',
        options: { vehicleCount: 2, dayCount: 1, seed: 9, faults: ['lost-readings', 'plug-outs'] },
        json: true,
      },
    ],
    ['bench', { kind: 'bench', name: null, json: false }],
    ['bench planner --json', { kind: 'bench', name: 'planner', json: true }],
    ['--version', { kind: 'version' }],
  ])('%s', (line, expected) => {
    expect(readCommandLine(line.split(' '))).toEqual(expected);
  });

  it.each([
    ['fly', 'unknown command "fly"'],
    ['help fly', 'unknown command "fly"'],
    ['serve --nonsense', "Unknown option '--nonsense'"],
    ['serve extra', 'unexpected argument "extra"'],
    ['serve --role chef', '--role: expected all, api or worker, got "chef"'],
    ['serve --clock 2026-01-05T12:00:00Z', '--clock needs --sandbox'],
    ['serve --sandbox --clock 2026-01-05T12:00:00', '--clock: expected an instant'],
    ['serve --sandbox --role api', '--sandbox runs in one process'],
    ['demo --vehicles 1.5', '--vehicles: expected a whole number'],
    ['demo --seed -1', '--seed: expected a number from 0 to 4294967295, got "-1"'],
    ['demo --vehicles 0', '--vehicles: expected a number from 1 to 200'],
    ['demo --speed fast', '--speed: expected a number'],
    ['client', 'expected "client create NAME"'],
    ['client create', 'expected a NAME'],
    ['replay', 'expected the id of a SESSION'],
    ['replay tonight', 'expected the id of a session, a UUID, got "tonight"'],
    ['replay 0197a3f2-7c1e-7d3a-9b1e-5f2f6a1c0d4e twice', 'unexpected argument "twice"'],
    ['events', 'expected "events --follow"'],
    ['events --follow --url there', '--url: expected a URL'],
    ['webhook', 'expected "webhook listen"'],
    ['webhook listen --port x', '--port: expected a number'],
    ['sim --faults some', '--faults: expected all, none, or some of lost-readings, '],
    ['sim --vehicles 0', '--vehicles: expected a number from 1 to 1000'],
    ['sim --days 1.5', '--days: expected a whole number'],
    ['sim more', 'unexpected argument "more"'],
    ['bench planner more', 'unexpected argument "more"'],
    ['client create two names', 'unexpected argument "names"'],
    ['plan problems.jsonl', 'unexpected argument "problems.jsonl"'],
  ])('%s is wrong use', (line, message) => {
    const found = readCommandLine(line.split(' '));
    expect(found).toMatchObject({ kind: 'wrong-use', message: expect.stringContaining(message) });
  });

  it.each([
    [[]],
    [['--help']],
    [['help']],
    ...COMMANDS.map((command) => [[command.name, '--help']]),
    ...COMMANDS.map((command) => [['help', command.name]]),
  ])('%j helps', (argv) => {
    expect(readCommandLine(argv)).toMatchObject({
      kind: 'help',
      text: expect.stringContaining('Usage: tidewatt'),
    });
  });
});
