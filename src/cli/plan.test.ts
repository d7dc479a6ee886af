import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runPlan } from './plan.ts';

async function answersTo(chunks: readonly string[]): Promise<unknown[]> {
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  await runPlan(
    (async function* () {
      yield* chunks;
    })(),
    output,
  );
  output.end();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

const PROBLEM = {
  id: 'a',
  now: '2026-01-10T12:00:00Z',
  readyBy: '2026-01-10T15:00:00Z',
  batteryLevel: 50,
  batteryReserve: 20,
  minimumChargeTarget: 60,
  chargeLimit: 100,
  batteryCapacity: 90,
  chargeCurve: [{ level: 0, power: 10 }],
  isCharging: false,
  slots: [
    { startAt: '2026-01-10T12:00:00Z', endAt: '2026-01-10T13:00:00Z', price: 0.3 },
    { startAt: '2026-01-10T13:00:00Z', endAt: '2026-01-10T14:00:00Z', price: 0.1 },
    { startAt: '2026-01-10T14:00:00Z', endAt: '2026-01-10T15:00:00Z', price: null },
  ],
};

test('a problem gives a plan with every field', async () => {
  const [answer] = await answersTo([`${JSON.stringify(PROBLEM)}\n`]);
  expect(answer).toEqual({
    id: 'a',
    blocks: [
      {
        type: 'REGULAR',
        startAt: '2026-01-10T13:00:00Z',
        endAt: '2026-01-10T14:00:00Z',
        kwhSum: expect.closeTo(10, 6),
        cost: expect.closeTo(1, 6),
      },
    ],
    cost: expect.closeTo(1, 6),
    // An hour without a price costs nothing as stated; this plan takes none of it.
    lowerBound: expect.closeTo(1, 6),
    starts: 1,
    feasible: true,
    batteryLevelAtReadyBy: expect.closeTo(60, 6),
    minimumChargeTargetReachedAt: '2026-01-10T14:00:00Z',
    latestSafeStart: '2026-01-10T14:00:00Z',
    micros: expect.any(Number),
  });
});

test('bad lines are answered in place, and the next line is still planned', async () => {
  const lines = [
    'no json',
    JSON.stringify({ ...PROBLEM, id: 'b', minimumChargeTarget: 140 }),
    JSON.stringify({ id: 7 }),
    '[1]',
    '',
    JSON.stringify({ ...PROBLEM, id: 'c', slots: [PROBLEM.slots[0], PROBLEM.slots[0]] }),
    JSON.stringify({ ...PROBLEM, id: 'd' }),
  ];
  const text = lines.join('\n');
  // Chunks that cut through lines, and no newline at the end.
  const answers = await answersTo([text.slice(0, 40), text.slice(40, 777), text.slice(777)]);
  expect(answers).toMatchObject([
    { id: null, error: expect.stringContaining('JSON') },
    { id: 'b', error: 'minimumChargeTarget: expected 0 to 100' },
    { id: 7, error: expect.stringContaining('now') },
    { id: null, error: expect.any(String) },
    { id: 'c', error: 'slots: expected slots that do not overlap, or of different lengths where they do' },
    { id: 'd', cost: expect.closeTo(1, 6) },
  ]);
});

test.each([1e-7, 1e-9, 1e-300])(
  '%d kW never reach the target, and what cannot be planned stops nothing',
  async (power) => {
    const [weak, overflow, next] = await answersTo([
      `${JSON.stringify({ ...PROBLEM, id: 'weak', chargeCurve: [{ level: 0, power }] })}\n`,
      `${JSON.stringify({ ...PROBLEM, id: 'overflow', slots: PROBLEM.slots.map((slot) => ({ ...slot, price: 1e308 })) })}\n`,
      `${JSON.stringify({ ...PROBLEM, id: 'next' })}\n`,
    ]);
    expect(weak).toMatchObject({
      id: 'weak',
      blocks: [{ startAt: PROBLEM.now, endAt: PROBLEM.readyBy }],
      feasible: false,
      batteryLevelAtReadyBy: expect.closeTo(50, 3),
      minimumChargeTargetReachedAt: null,
      latestSafeStart: null,
    });
    expect(overflow).toEqual({
      id: 'overflow',
      error: 'expected prices and a startCost that can be added up',
    });
    expect(next).toMatchObject({ id: 'next', feasible: true });
  },
);

test.each([
  [{ chargeLimit: 55 }, { feasible: false, minimumChargeTargetReachedAt: null, batteryLevelAtReadyBy: 55 }],
  [{ chargeLimit: 60 }, { feasible: true, minimumChargeTargetReachedAt: '2026-01-10T14:00:00Z' }],
  [
    { chargeLimit: 55, batteryLevel: 70 },
    { feasible: true, minimumChargeTargetReachedAt: PROBLEM.now, blocks: [] },
  ],
  [
    { chargeLimit: 55, readyBy: null },
    { feasible: true, minimumChargeTargetReachedAt: null },
  ],
])('a limit below the target is not the target: %j', async (changes, expected) => {
  const [answer] = await answersTo([JSON.stringify({ ...PROBLEM, ...changes })]);
  expect(answer).toMatchObject(expected);
});

test('an unknown level is taken to be the reserve, and none is told', async () => {
  const [answer] = await answersTo([
    JSON.stringify({ ...PROBLEM, batteryLevel: null, minimumChargeTarget: 30 }),
  ]);
  expect(answer).toMatchObject({ blocks: [{ type: 'REGULAR' }], batteryLevelAtReadyBy: null });
});

test('quarter hours within an hour hold there; the order of slots does not matter', async () => {
  const [answer] = await answersTo([
    JSON.stringify({
      ...PROBLEM,
      minimumChargeTarget: 55,
      slots: [
        { startAt: '2026-01-10T13:30:00Z', endAt: '2026-01-10T13:45:00Z', price: 0.02 },
        { startAt: '2026-01-10T13:15:00Z', endAt: '2026-01-10T13:30:00Z', price: 0.01 },
        { startAt: '2026-01-10T12:00:00Z', endAt: '2026-01-10T15:00:00Z', price: 0.3 },
        { startAt: '2026-01-10T13:00:00Z', endAt: '2026-01-10T14:00:00Z', price: 0.1 },
      ],
    }),
  ]);
  expect(answer).toMatchObject({
    blocks: [{ startAt: '2026-01-10T13:15:00Z', endAt: '2026-01-10T13:45:00Z' }],
    cost: expect.closeTo(2.5 * 0.01 + 2.5 * 0.02, 9),
  });
});

test('of a now that is no instant nothing else is blamed', async () => {
  const [answer] = await answersTo([`${JSON.stringify({ ...PROBLEM, now: 'tomorrow' })}\n`]);
  expect(answer).toEqual({ id: 'a', error: expect.stringMatching(/^now: expected an instant[^;]*$/) });
});

test('a byte order mark before the first line is none of it', async () => {
  expect(await answersTo([`\uFEFF${JSON.stringify(PROBLEM)}\n`])).toEqual([
    expect.objectContaining({ id: 'a', feasible: true }),
  ]);
});
