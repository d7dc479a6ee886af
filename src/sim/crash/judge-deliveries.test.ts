import { describe, expect, test } from 'vitest';
import { judgeDeliveries } from './judge-deliveries.ts';
import type { Delivery } from './witness.ts';

const told = [1, 2, 3].map((n) => ({ sessionId: n === 2 ? 'b' : 'a', body: bodyOf(n) }));
const batch = [
  post('batch', 'w_0_1_2', `[${bodyOf(1)},${bodyOf(2)}]`),
  post('batch', 'w_0_3_3', `[${bodyOf(3)}]`),
];
const single = [2, 1, 3].map((n) => post('single', `w_0_${n}_${n}`, bodyOf(n)));

describe('judgeDeliveries', () => {
  test('finds no fault with what came once and in order, or was refused before', () => {
    const refused = { ...post('batch', 'w_0_1_2', batch[0]?.body ?? ''), isAccepted: false };
    expect(judgeDeliveries(told, [refused, ...batch, ...single], 0)).toEqual([]);
  });

  test.each<{ name: string; deliveries: Delivery[]; blows?: number; faults: RegExp[] }>([
    {
      name: 'an event that never came',
      deliveries: [...batch.slice(0, 1), ...single],
      faults: [/^webhook batch: 1 of 3 events never came/],
    },
    {
      name: 'one that was never told',
      deliveries: [...batch, ...single, post('single', 'w_0_4_4', bodyOf(4))],
      faults: [/^webhook single: w_0_4_4 holds an event that was never told/],
    },
    {
      name: 'the same one under two ids',
      deliveries: [...batch, post('batch', 'w_0_2_3', `[${bodyOf(2)},${bodyOf(3)}]`), ...single],
      faults: [/w_0_1_2 and w_0_2_3 hold the same/, /w_0_3_3 and w_0_2_3 hold the same/],
    },
    {
      name: 'an id with two bodies',
      deliveries: [...batch, post('batch', 'w_0_3_3', `[${bodyOf(3)},${bodyOf(2)}]`), ...single],
      blows: 1,
      faults: [/w_0_1_2 and w_0_3_3 hold the same/, /w_0_3_3 came with two bodies/],
    },
    {
      name: 'a session out of order',
      deliveries: [...batch, ...single.toReversed()],
      faults: [/^webhook single: session a came out of order/],
    },
    {
      name: 'more repetitions than blows explain',
      deliveries: [...batch, ...batch, ...single],
      blows: 1,
      faults: [/^webhook batch: 2 deliveries were repeated, at most 1 may be/],
    },
  ])('finds $name', ({ deliveries, blows = 0, faults }) => {
    const found = judgeDeliveries(told, deliveries, blows);
    expect(found).toHaveLength(faults.length);
    for (const [index, fault] of faults.entries()) expect(found[index]).toMatch(fault);
  });

  test('a repetition that a blow explains is none', () => {
    expect(judgeDeliveries(told, [...batch, ...batch.slice(1), ...single, ...single], 1)).toEqual([]);
  });
});

function bodyOf(n: number): string {
  return JSON.stringify({ event: 'flex:session:updated', n });
}

function post(format: Delivery['format'], deliveryId: string, body: string): Delivery {
  return { format, deliveryId, body, isAccepted: true };
}
