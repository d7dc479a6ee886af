import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../domain/units.ts';
import { type Habit, type HabitEvent, type HabitKind, nextHabitEvent } from './habits.ts';

const KINDS: readonly HabitKind[] = ['commuter', 'night-worker', 'homebody', 'shared-van', 'charges-at-work'];
const startMs = Date.UTC(2026, 3, 20);

describe('the habits of the cars', () => {
  it('alternate: nobody leaves twice or comes home without having left', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.nat(1_000), fc.nat(300 * 24 * 60), (kind, seed, minute) => {
        const events = life(habit(kind, seed), startMs + minute * 60_000, 60);
        const order = events
          .map((event) => event.kind)
          .filter((name) => name === 'leave' || name === 'come-home');
        for (const [index, name] of order.entries()) expect(name).not.toBe(order[index + 1]);
        for (const [index, event] of events.entries()) {
          expect(event.atMs).toBeLessThan(events[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('give the same life however it is cut', () => {
    const van = habit('shared-van', 3);
    const [first, second] = life(van, startMs, 2);
    expect(first).toBeDefined();
    expect(nextHabitEvent(van, (first?.atMs ?? 0) - 1)).toEqual(first);
    expect(nextHabitEvent(van, first?.atMs ?? 0)).toEqual(second);
  });

  it('let the shared van stay plugged in for two to four hours, six times a day', () => {
    const events = life(habit('shared-van', 1), startMs, 120);
    expect((events.at(-1)?.atMs ?? 0) - startMs).toBeLessThan(10.5 * DAY_MS);
    for (const [index, event] of events.entries()) {
      const next = events[index + 1];
      if (event.kind !== 'come-home' || next === undefined) continue;
      expect((next.atMs - event.atMs) / HOUR_MS).toBeGreaterThan(2);
      expect((next.atMs - event.atMs) / HOUR_MS).toBeLessThan(4);
    }
  });
});

function habit(kind: HabitKind, seed: number): Habit {
  return { kind, seed, car: 1, timezoneName: 'Europe/Oslo', kilometres: 40 };
}

function life(of: Habit, fromMs: number, count: number): HabitEvent[] {
  const events: HabitEvent[] = [];
  let afterMs = fromMs;
  while (events.length < count) {
    const event = nextHabitEvent(of, afterMs);
    events.push(event);
    afterMs = event.atMs;
  }
  return events;
}
