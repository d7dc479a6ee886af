import { expect, it } from 'vitest';
import { makeDoorbell } from './doorbell.ts';

it('rings for everyone who listens or waits', async () => {
  const bell = makeDoorbell();
  const heard: string[] = [];
  const take = (): void => void heard.push('one');
  const stopFirst = bell.onRing(take);
  const stopSecond = bell.onRing(take);
  const waiting = bell.wait(2 ** 31 - 1).then(() => heard.push('waited'));
  bell.ring();
  await waiting;
  expect(heard).toEqual(['one', 'one', 'waited']);
  stopFirst();
  bell.ring();
  expect(heard).toEqual(['one', 'one', 'waited', 'one']);
  expect(bell.isHeard()).toBe(true);
  stopSecond();
  expect(bell.isHeard()).toBe(false);
});

it('is not waited for longer than asked', async () => {
  await expect(makeDoorbell().wait(0)).resolves.toBeUndefined();
});
