import { expect, it } from 'vitest';
import { groupTelemetry } from './group-telemetry.ts';
import type { TelemetryOutcome, TelemetryRequest } from './record-telemetry.ts';

const request = (clientId: string, count = 1): TelemetryRequest => ({
  clientId,
  observations: Array.from({ length: count }, () => ({})),
});

const done = (requests: readonly TelemetryRequest[]): TelemetryOutcome[] =>
  requests.map(({ observations }) => ({ accepted: observations.length, duplicates: 0, rejected: [] }));

/** A recorder whose transactions end when the test says so. */
function heldRecorder() {
  const groups: string[] = [];
  const ends: (() => void)[] = [];
  const record = (requests: readonly TelemetryRequest[]): Promise<TelemetryOutcome[]> => {
    groups.push(requests.map(({ clientId }) => clientId).join(''));
    return new Promise((resolve) => {
      ends.push(() => resolve(done(requests)));
    });
  };
  return { groups, record, endNext: () => ends.shift()?.() };
}

it('records at once while few are under way, and together what came meanwhile', async () => {
  const { groups, record, endNext } = heldRecorder();
  const post = groupTelemetry(record);
  const outcomes = [...'abcdefg'].map((clientId) => post(request(clientId)));
  expect(groups).toEqual(['a', 'b', 'c', 'd']);
  endNext();
  await outcomes[0];
  await Promise.resolve();
  expect(groups).toEqual(['a', 'b', 'c', 'd', 'efg']);
  for (let count = 0; count < 4; count++) endNext();
  expect((await Promise.all(outcomes)).map((outcome) => outcome.accepted)).toEqual([1, 1, 1, 1, 1, 1, 1]);
});

it('makes no group of more than 5000 observations, and leaves nothing behind', async () => {
  const { groups, record, endNext } = heldRecorder();
  const post = groupTelemetry(record);
  const outcomes = [...'abcdefghij'].map((clientId) => post(request(clientId, 1000)));
  endNext();
  await outcomes[0];
  await Promise.resolve();
  expect(groups.slice(4)).toEqual(['efghi']);
  endNext();
  await outcomes[1];
  await Promise.resolve();
  expect(groups.slice(4)).toEqual(['efghi', 'j']);
});

it('tries each of a failed group alone, and fails only the one at fault', async () => {
  const tried: string[] = [];
  const post = groupTelemetry(async (requests) => {
    const clients = requests.map(({ clientId }) => clientId).join('');
    tried.push(clients);
    if (clients.includes('x')) throw new Error(`fault in ${clients}`);
    return done(requests);
  });
  const outcomes = await Promise.allSettled([...'abcdexf'].map((clientId) => post(request(clientId))));
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(tried).toEqual(['a', 'b', 'c', 'd', 'exf', 'e', 'x', 'f']);
});
