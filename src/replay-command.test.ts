import { describe, expect, it } from 'vitest';
import type { Difference } from './app/repeat-calls.ts';
import type { Replay, ReplayFacts } from './app/replay-session.ts';
import { replayJson, replayText } from './replay-command.ts';

const FACTS: ReplayFacts = {
  sessionId: 'the-session',
  clientId: 'the-client',
  vehicleId: 'the-car',
  state: 'SETTLED',
  stepCount: 214,
  inputCount: 1,
  fromMs: Date.UTC(2026, 0, 5, 17),
  toMs: Date.UTC(2026, 0, 6, 7, 5),
  otherVehicleIds: ['a', 'b'],
  otherStepCount: 87,
  eventCount: 31,
  historyCount: 18,
};
const PLACE = { vehicleId: 'the-car', stepNumber: 41, atMs: Date.UTC(2026, 0, 5, 23, 15) };
const HASH: Difference = { ...PLACE, part: 'lane', field: 'hash', stored: 'aa', rebuilt: 'bb' };
const EVENT: Difference = {
  ...PLACE,
  stepNumber: 42,
  part: 'event',
  field: 'session.state',
  stored: 'A',
  rebuilt: 'B',
};

const HEAD = `session   the-session  SETTLED
vehicle   the-car
repeated  214 steps with 1 input, 2026-01-05T17:00:00.000Z to 2026-01-06T07:05:00.000Z
          and 87 steps of 2 other vehicles that shared a connection with it
compared  the lane after every step, 31 events, 18 history entries, the session
`;

describe('what came of a replay, for a person', () => {
  it.each<[string, Replay, string]>([
    ['the same', { kind: 'same', ...FACTS }, `${HEAD}SAME`],
    [
      'a lane that differs, and the first that shows how',
      { kind: 'different', ...FACTS, difference: HASH, shows: EVENT },
      `${HEAD}DIFFERENT at step 41 of vehicle the-car, 2026-01-05T23:15:00.000Z: lane, hash
  stored   "aa"
  rebuilt  "bb"
first seen at step 42 of vehicle the-car, 2026-01-05T23:15:00.000Z: event, session.state
  stored   "A"
  rebuilt  "B"`,
    ],
    [
      'an event that is not there',
      {
        kind: 'different',
        ...FACTS,
        otherStepCount: 0,
        otherVehicleIds: [],
        difference: { ...EVENT, field: '', stored: undefined, rebuilt: 'flex:session:updated 3' },
        shows: null,
      },
      `${HEAD.replace(/ {10}and .*\n/, '')}DIFFERENT at step 42 of vehicle the-car, 2026-01-05T23:15:00.000Z: event
  stored   nothing
  rebuilt  "flex:session:updated 3"`,
    ],
    [
      'what is missing',
      { kind: 'impossible', sessionId: 'the-session', reason: 'steps-gone', detail: 'steps are gone' },
      `session   the-session
CANNOT BE REPLAYED: steps are gone`,
    ],
  ])('%s', (_name, replay, text) => {
    expect(replayText(replay)).toBe(text);
  });
});

it('says the same to machines', () => {
  expect(replayJson({ kind: 'different', ...FACTS, difference: HASH, shows: EVENT })).toEqual({
    sessionId: 'the-session',
    clientId: 'the-client',
    vehicleId: 'the-car',
    state: 'SETTLED',
    result: 'different',
    from: '2026-01-05T17:00:00.000Z',
    to: '2026-01-06T07:05:00.000Z',
    steps: 214,
    inputs: 1,
    otherSteps: 87,
    events: 31,
    history: 18,
    otherVehicleIds: ['a', 'b'],
    difference: {
      vehicleId: 'the-car',
      step: 41,
      at: '2026-01-05T23:15:00.000Z',
      part: 'lane',
      field: 'hash',
      stored: 'aa',
      rebuilt: 'bb',
    },
    firstShownBy: {
      vehicleId: 'the-car',
      step: 42,
      at: '2026-01-05T23:15:00.000Z',
      part: 'event',
      field: 'session.state',
      stored: 'A',
      rebuilt: 'B',
    },
  });
  expect(replayJson({ kind: 'same', ...FACTS })).toMatchObject({ result: 'same', steps: 214 });
});
