import { describe, expect, it } from 'vitest';
import { progressOn } from './progress.ts';

function shown(isTerminal: boolean, words: readonly (readonly [driven: number, atMs: number])[]): string[] {
  const written: string[] = [];
  const progress = progressOn({ isTerminal, write: (text) => written.push(text) }, 0);
  for (const [driven, atMs] of words) progress.onProgress(driven, 2000, atMs);
  progress.end();
  return written;
}

describe('progress', () => {
  it('is a bar on a terminal, and leaves a clean line', () => {
    expect(
      shown(true, [
        [10, 50],
        [500, 1000],
        [510, 1050],
        [1000, 2000],
      ]),
    ).toEqual([
      '\r\u001b[K██████░░░░░░░░░░░░░░░░░░ 500 of 2,000 sessions, 500 a second, 3 s left',
      '\r\u001b[K████████████░░░░░░░░░░░░ 1,000 of 2,000 sessions, 500 a second, 2 s left',
      '\r\u001b[K',
    ]);
  });

  it('is a plain line now and then elsewhere', () => {
    expect(
      shown(false, [
        [10, 50],
        [500, 5000],
        [600, 6000],
      ]),
    ).toEqual(['500 of 2,000 sessions, 100 a second, 15 s left\n']);
  });

  it.each([true, false])('says nothing of a short run', (isTerminal) => {
    expect(shown(isTerminal, [[20, 90]])).toEqual([]);
  });
});
