import { expect, test } from 'vitest';
import { startReceivers } from './receivers.ts';

test('the process of the receivers counts what comes, and ends when it is told to', async () => {
  const receivers = startReceivers();
  const urls = await receivers.open(3, 1);
  expect(new Set(urls).size).toBe(3);
  const complete = receivers.expect(2);
  for (const url of urls.slice(1)) {
    const body = '[{"sequence":7}]';
    expect((await fetch(url, { method: 'POST', body })).status).toBe(204);
  }
  await complete;
  expect((await receivers.report()).receipts).toMatchObject([
    [7, expect.any(Number)],
    [7, expect.any(Number)],
  ]);
  await receivers.close();
});
