import { describe, expect, test } from 'vitest';
import { drawRatio, mayDrawKw } from './may-draw.ts';
import { NOON_MS } from './testing/bench.ts';
import { type HeldBench, heldBench } from './testing/held-bench.ts';

const drawKw = (bench: HeldBench, minute: number): number =>
  mayDrawKw(bench.lane(), 11, NOON_MS + minute * 60_000);

/** A car that charges, held to a power, and was seen to obey. */
function heldTo(powerKw: number): HeldBench {
  const bench = heldBench();
  bench.planned = powerKw;
  bench.step(1);
  bench.step(2, powerKw);
  return bench;
}

describe('a start names the power', () => {
  test('of a car that waits, rounded down, and is done when it draws no more than that', () => {
    const bench = heldBench();
    bench.planned = 5.57;
    expect(bench.step(1)).toEqual(['START 5.5']);
    expect(drawKw(bench, 1)).toBe(5.5);
    expect(bench.step(2, 5.6)).toEqual([]);
    expect(bench.ledger()).toEqual(['START 5.5 CONFIRMED']);
    expect(bench.lane().control).toMatchObject({ command: null, isFollowed: true });
    expect(bench.step(20, 5.6)).toEqual([]);
  });

  test('and does not, where the car cannot be held or takes all that it takes', () => {
    for (const bench of [heldBench({ leastPowerKw: null }), heldBench()]) {
      bench.planned = bench.lane().vehicle.leastPowerKw === null ? 5.5 : 'all';
      expect(bench.step(1)).toEqual(['START']);
      bench.step(2, 11);
      expect(bench.ledger()).toEqual(['START CONFIRMED']);
      expect(Object.keys(bench.lane().control)).not.toContain('power');
    }
  });
});

describe('lowering', () => {
  test('counts with the old power until the car is seen to draw less, and is asked again until then', () => {
    const bench = heldBench();
    bench.planned = 'all';
    bench.step(1);
    bench.step(2, 11);
    bench.planned = 5.5;
    expect(bench.step(3)).toEqual(['START 5.5']);
    expect(bench.step(3.5, 11)).toEqual([]);
    expect(bench.step(4)).toEqual(['START 5.5']);
    expect(drawKw(bench, 4)).toBe(11);
    expect(bench.step(5, 5.4)).toEqual([]);
    expect(drawKw(bench, 5)).toBe(5.5);
    expect(bench.ledger()).toEqual(['START CONFIRMED', 'START 5.5 CONFIRMED']);
  });

  test('or until its connector has answered; a refusal changes nothing', () => {
    const bench = heldBench();
    bench.planned = 'all';
    bench.step(1);
    bench.step(2, 11);
    bench.planned = 5.5;
    bench.step(3);
    bench.step(3.5, 'FAILED');
    expect(drawKw(bench, 3.5)).toBe(11);
    expect(bench.step(4)).toEqual(['START 5.5']);
    bench.step(4.5, 'CONFIRMED');
    expect(drawKw(bench, 4.5)).toBe(5.5);
  });

  test.each([
    ['it goes on with all', [11, 11, 11, 11]],
    ['it answers and goes on with all', ['CONFIRMED', 11, 'CONFIRMED', 11]],
    ['it does not say with how much', ['silent power', 'silent power', 'silent power', 'silent power']],
  ] as const)('is not relied upon after a quarter of an hour: %s', (_title, [one, two, three, four]) => {
    const bench = heldBench();
    bench.planned = 'all';
    bench.step(1);
    bench.step(2, 11);
    bench.planned = 5.5;
    bench.step(3);
    bench.step(4, one);
    bench.step(10, two);
    expect(bench.lane().control.ignoresPower).toBeUndefined();
    bench.step(18, three);
    bench.step(26, four);
    expect(bench.lane().control.ignoresPower).toBe(true);
    expect(drawKw(bench, 26)).toBe(11);
    // It is planned on or off until it is unplugged: nothing is told it but to take all again.
    const sent = bench.ledger().length;
    bench.step(40, 11);
    bench.step(60, 11);
    expect(bench.ledger().slice(sent)).toEqual([]);
    bench.step(61, 'unplugged');
    bench.planned = 5.5;
    bench.step(62, 'idle');
    expect(bench.step(63)).toEqual(['START 5.5']);
  });

  test('a car that says no three times is asked to start without a power', () => {
    const bench = heldBench();
    bench.planned = 5.5;
    const sent = [1, 2, 4].flatMap((minute) => [
      ...bench.step(minute),
      ...bench.step(minute + 0.1, 'idle', 'FAILED'),
    ]);
    expect(sent).toEqual(['START 5.5', 'START 5.5', 'START 5.5', 'START']);
  });

  test('a car that draws more than it was seen to draw is told again, and counts with what it draws', () => {
    const bench = heldTo(5.5);
    expect(bench.step(10, 7)).toEqual(['START 5.5']);
    expect(drawKw(bench, 10)).toBe(11);
    bench.step(11, 5.5);
    expect(drawKw(bench, 11)).toBe(5.5);
  });
});

describe('raising', () => {
  test('waits for room, counts from the moment it is sent, and is done when the car draws more', () => {
    const bench = heldTo(5.5);
    bench.planned = 8;
    bench.held = { limitKw: 11, byVehicleIds: ['other'], untilMs: null };
    expect(bench.step(3)).toEqual([]);
    expect(bench.lane().control.held).toEqual(bench.held);
    expect(drawKw(bench, 3)).toBe(5.5);
    bench.held = null;
    expect(bench.step(4)).toEqual(['START 8']);
    expect(drawKw(bench, 4)).toBe(8);
    bench.step(4.5, 5.5);
    expect(bench.ledger().at(-1)).toBe('START 8 PENDING');
    bench.step(4.8, 7.9);
    expect(bench.ledger().at(-1)).toBe('START 8 CONFIRMED');
  });

  test('a raise that was dropped on its way counts until it expires', () => {
    const bench = heldTo(5.5);
    bench.planned = 8;
    bench.step(3);
    bench.planned = 5.5;
    expect(bench.step(4)).toEqual(['START 5.5']);
    expect(drawKw(bench, 4)).toBe(8);
    bench.step(4.5, 5.5);
    expect(drawKw(bench, 4.5)).toBe(8);
    bench.step(18, 5.5);
    expect(drawKw(bench, 18)).toBe(5.5);
  });
});

describe('all that it takes, again', () => {
  test('is told a charging car', () => {
    const bench = heldTo(5.5);
    bench.planned = 'all';
    expect(bench.step(3)).toEqual(['START']);
    expect(bench.step(3.5, 5.5)).toEqual([]);
    expect(bench.step(4)).toEqual(['START']);
    bench.step(5, 10.9);
    expect(bench.ledger().at(-1)).toBe('START CONFIRMED');
    expect(bench.step(30, 10.9)).toEqual([]);
  });

  test('also where a lower power may still be on its way', () => {
    const bench = heldBench();
    bench.planned = 'all';
    bench.step(1);
    bench.step(2, 11);
    bench.planned = 5.5;
    bench.step(3);
    bench.planned = 'all';
    expect(bench.step(3.5)).toEqual(['START']);
    bench.step(4, 'CONFIRMED');
    expect(bench.step(5, 11)).toEqual([]);
  });

  test('after its policy has gone, and once', () => {
    const bench = heldTo(5.5);
    expect(bench.step(3, 'policy gone')).toEqual(['START']);
    expect(bench.step(4, 11)).toEqual([]);
    expect(bench.step(40, 11)).toEqual([]);
  });

  test('at the next visit, where it begins by itself: a charger may have kept the power', () => {
    const bench = heldTo(5.5);
    bench.step(3, 'unplugged');
    bench.planned = 'all';
    bench.step(30);
    expect(drawKw(bench, 30)).toBe(0);
    bench.step(300, 5.5);
    expect(drawKw(bench, 300)).toBe(11);
    expect(bench.step(300.5)).toEqual(['START']);
    expect(bench.step(300.8, 5.5)).toEqual([]);
    expect(bench.ledger().at(-1)).toBe('START PENDING');
    bench.step(301, 11);
    expect(bench.ledger().at(-1)).toBe('START CONFIRMED');
    expect(bench.step(330, 11)).toEqual([]);
  });
});

describe('what is not worth a command', () => {
  test.each([
    [5.8, []],
    [6, ['START 6']],
    [5.2, []],
    [4.9, ['START 4.9']],
  ])('held to 5.5, now planned with %s', (planned, sent) => {
    const bench = heldTo(5.5);
    bench.planned = planned;
    expect(bench.step(3)).toEqual(sent);
  });

  test('a little less is sent where the present power is too much, and any difference at the next edge of the plan', () => {
    const bench = heldTo(5.5);
    bench.planned = 5.2;
    bench.roomKw = 5.4;
    expect(bench.step(3)).toEqual(['START 5.2']);
    const other = heldBench();
    other.planned = 5.5;
    other.edgeMinute = 30;
    other.step(1);
    other.step(2, 5.5);
    other.planned = 5.6;
    other.edgeMinute = 90;
    expect(other.step(29, 5.5)).toEqual([]);
    expect(other.step(30)).toEqual(['START 5.6']);
  });

  test('where few commands are left in the hour, power is lowered and no longer raised', () => {
    const bench = heldTo(5.5);
    const sent: string[] = [];
    for (let minute = 3; minute < 40; minute++) {
      bench.planned = minute % 2 === 1 ? 8 : 5.5;
      const now = bench.step(minute);
      sent.push(...now);
      if (now.length > 0) bench.step(minute + 0.5, bench.planned);
    }
    // With the first start of the car nine of the twelve.
    expect(sent).toHaveLength(8);
    expect(sent.at(-1)).toBe('START 5.5');
    bench.planned = 4;
    expect(bench.step(41)).toEqual(['START 4']);
  });
});

describe('what is measured while it is held', () => {
  const learnedKw = (bench: HeldBench): number | undefined => bench.lane().learned.home?.powerKw;

  test('is not its own power, unless it takes clearly less', () => {
    const bench = heldTo(5.5);
    for (let minute = 5; minute <= 60; minute += 5) bench.step(minute, 5.5);
    expect(learnedKw(bench)).toBeUndefined();
    for (let minute = 65; minute <= 90; minute += 5) bench.step(minute, 3.7);
    expect(learnedKw(bench)).toBeCloseTo(3.7);
  });

  test('nor what it is counted with beside others: that is all that it was measured with', () => {
    const bench = heldBench({ powerKw: null });
    bench.planned = 'all';
    bench.step(1);
    for (const minute of [2, 6, 10]) bench.step(minute, 11);
    bench.planned = 5.5;
    bench.step(11);
    bench.step(12, 5.5);
    // Planned with 5 % less until it is trusted.
    const cautious = { levelPercent: 50, curve: [{ levelPercent: 0, powerKw: 0.95 * 11 }] };
    expect(drawRatio(bench.lane(), cautious, 22, NOON_MS + 12 * 60_000)).toBeCloseTo(1 / 0.95);
  });

  test('nor where a start that was given up may have reached it after all; the power in force is told again', () => {
    const bench = heldTo(7.4);
    bench.planned = 6;
    bench.step(3);
    bench.planned = 7.4;
    expect(bench.step(4)).toEqual(['START 7.4']);
    // The one that was given up arrives last.
    for (const minute of [5, 10, 15]) bench.step(minute, 6);
    expect(learnedKw(bench)).toBeUndefined();
    expect(bench.step(20, 6)).toEqual(['START 7.4']);
    bench.step(21, 7.4);
    bench.step(30, 7.4);
    expect(learnedKw(bench)).toBeUndefined();
  });

  test('nor for the stretch in which it was raised', () => {
    const bench = heldTo(5.5);
    bench.planned = 'all';
    bench.step(3);
    bench.step(3.5, 'CONFIRMED');
    bench.step(15, 10.5);
    expect(learnedKw(bench)).toBeUndefined();
    bench.step(20, 10.5);
    expect(learnedKw(bench)).toBe(10.5);
  });
});

describe('what its driver is told', () => {
  test('is with what power it charges, of what, and because of whom; never of a power that is not in force', () => {
    const bench = heldBench();
    bench.planned = 'all';
    bench.step(1);
    bench.step(2, 11);
    const before = bench.words();
    expect(before).not.toContain('11 kW');
    bench.planned = 5.5;
    bench.step(3);
    expect(bench.words()).toBe(before);
    bench.step(4, 5.5);
    expect(bench.words()).toMatch(
      /^Charging with at most 5.5 kW of 11 kW at .* on average, as the connection of this location allows 11 kW and is shared with the van; 80 % by Wed 07:00 is kept\.$/,
    );
    bench.step(5, 'at once');
    expect(bench.words()).toBe(
      'Charging at once to 90 %, as asked; with at most 5.5 kW of 11 kW, as the connection of this location allows 11 kW and is ' +
        'shared with the van.',
    );
    bench.planned = 'all';
    bench.step(6);
    expect(bench.words()).toBe(
      'Charging at once to 90 %, as asked; with at most 5.5 kW of 11 kW for the moment.',
    );
    bench.step(7, 11);
    expect(bench.words()).toBe('Charging at once to 90 %, as asked.');
  });

  test('that it waits for another to slow down', () => {
    const bench = heldBench();
    bench.planned = 5.5;
    bench.held = { limitKw: 11, byVehicleIds: ['van'], untilMs: null, isSlowing: true };
    bench.step(1);
    expect(bench.words()).toBe(
      'About to charge: waits until the van has made room, as the connection of this location allows 11 kW.',
    );
  });

  test('and its session shows one block, whatever the powers', () => {
    const bench = heldBench();
    bench.planned = 5.5;
    bench.edgeMinute = 60;
    bench.nextPlanned = 8;
    bench.step(1);
    bench.step(2, 5.5);
    expect(bench.blocks()).toEqual(['00:02-01:30 REGULAR 2000 Wh']);
  });
});
