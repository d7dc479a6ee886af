import { expect, test } from 'vitest';
import { type Log, type LogLevel, makeLog } from './log.ts';

function linesOf(level: LogLevel, work: (log: Log) => void): unknown[] {
  const lines: string[] = [];
  work(makeLog({ level, nowMs: () => 0, write: (line) => lines.push(line) }));
  return lines.map((line) => {
    expect(line.endsWith('\n')).toBe(true);
    expect(line.trimEnd()).not.toContain('\n');
    return JSON.parse(line);
  });
}

const AT = '1970-01-01T00:00:00.000Z';

test.each<{ readonly level: LogLevel; readonly written: readonly string[] }>([
  { level: 'debug', written: ['debug', 'info', 'warn', 'error'] },
  { level: 'warn', written: ['warn', 'error'] },
  { level: 'silent', written: [] },
])('level $level writes $written', ({ level, written }) => {
  const lines = linesOf(level, (log) => {
    for (const at of ['debug', 'info', 'warn', 'error'] as const) log[at]('hello');
  });
  expect(lines).toEqual(written.map((at) => ({ at: AT, level: at, message: 'hello' })));
});

test('a child carries its fields, a line adds its own, and none replaces the first three', () => {
  const lines = linesOf('info', (log) =>
    log
      .child({ worker: 'lanes', n: 1 })
      .child({ n: 2 })
      .info('moved', { lanes: 3, level: 'mine', message: 'mine' }),
  );
  expect(lines).toEqual([{ at: AT, level: 'info', message: 'moved', worker: 'lanes', n: 2, lanes: 3 }]);
});

test('an error is written with its code and causes', () => {
  const root = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const [line] = linesOf('info', (log) =>
    log.error('lost', { error: new Error('query failed', { cause: root }) }),
  );
  expect(line).toMatchObject({
    error: { message: 'query failed', cause: { message: 'refused', code: 'ECONNREFUSED' } },
  });
});

test('what JSON cannot write does not throw', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const loop = new Error('loop');
  loop.cause = loop;
  const lines = linesOf('info', (log) => {
    log.info('big', { n: 10n });
    log.info('circle', { circle });
    log.info('loop', { loop });
  });
  expect(lines[0]).toMatchObject({ message: 'big', n: '10' });
  expect(lines[1]).toMatchObject({ message: 'circle', unwritable: expect.stringContaining('circular') });
  expect(lines[2]).toMatchObject({ message: 'loop', loop: { message: 'loop' } });
});
