import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createQueue } from './queue.ts';

it('gives what is due in order of time, and of adding at one instant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 50 }), fc.nat(20), async (times, nowMs) => {
      const queue = createQueue();
      const done: [number, number][] = [];
      for (const [index, atMs] of times.entries()) queue.add(atMs, () => void done.push([atMs, index]));
      for (const work of queue.takeDue(nowMs)) await work();
      const byTime = times.map((atMs, index): [number, number] => [atMs, index]);
      byTime.sort(([one, first], [other, second]) => one - other || first - second);
      expect(done).toEqual(byTime.filter(([atMs]) => atMs <= nowMs));
      expect(queue.nextAtMs()).toBe(byTime.find(([atMs]) => atMs > nowMs)?.[0] ?? null);
    }),
  );
});
