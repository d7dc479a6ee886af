import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

function slow() {
  const ends: (() => void)[] = [];
  const run = () => new Promise<void>((resolve) => ends.push(resolve));
  const end = async (index: number) => {
    ends[index]?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { run, end, begun: () => ends.length };
}

it('lets the one under way end, then runs once more, however often it was asked', async () => {
  const { run, end, begun } = slow();
  const start = oneAtATime(run, new AbortController().signal);
  start();
  start();
  start();
  expect(begun()).toBe(1);
  await end(0);
  expect(begun()).toBe(2);
  await end(1);
  expect(begun()).toBe(2);
  start();
  expect(begun()).toBe(3);
});

it('begins nothing more once it is aborted', async () => {
  const { run, end, begun } = slow();
  const aborter = new AbortController();
  const start = oneAtATime(run, aborter.signal);
  start();
  start();
  aborter.abort();
  await end(0);
  start();
  expect(begun()).toBe(1);
});
