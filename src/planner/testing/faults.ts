/** A mistake that one could make: texts of the planner, each of which stands once in its file, and what to put there. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly (readonly [file: string, find: string, put: string])[];
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a start costs nothing when runs are placed',
    edits: [['plan.ts', '    startCost: problem.startCost,\n    restKwh', '    startCost: 0,\n    restKwh']],
  },
  {
    name: 'a cell has the price of the step before',
    edits: [
      [
        'lattice.ts',
        'price[cell + 1] = timeline.price[step] ?? 0;',
        'price[cell + 1] = timeline.price[Math.max(0, step - 1)] ?? 0;',
      ],
    ],
  },
  {
    name: 'a pause may be a cell long, whatever the minimum',
    edits: [['late-rows.ts', 'const runOff = (t.offLate[b] as number) + runRow;', 'const runOff = nextOff;']],
  },
  {
    name: 'taper is ignored when runs are placed',
    edits: [
      [
        'plan.ts',
        'const constantKw = power.maxKw === power.minKw ? power.maxKw : null;',
        'const constantKw = power.maxKw;',
      ],
    ],
  },
  {
    name: 'the last run may be shorter than the minimum',
    edits: [
      [
        'keeps-minimums.ts',
        'endAtMs - startAtMs < task.minRunMs',
        '(endAtMs - startAtMs < task.minRunMs && endAtMs !== runs.at(-1)?.endAtMs)',
      ],
    ],
  },
  {
    name: 'restrictions are ignored',
    edits: [['timeline.ts', '(isRestricted ? weightPerMs : 0)', '0']],
  },
  {
    name: 'of two equal plans the wrong one',
    edits: [['timeline.ts', "rules.prefer === 'early'", "rules.prefer === 'late'"]],
  },
  {
    name: 'the margin is ignored',
    edits: [['plan.ts', 'readyByMs - problem.marginMs;', 'readyByMs;']],
  },
  {
    name: 'negative prices count as 0',
    edits: [
      [
        'timeline.ts',
        'const stepPrice = known ?? missing;',
        'const stepPrice = Math.max(0, known ?? missing);',
      ],
    ],
  },
  {
    name: 'the age of the run under way is ignored',
    edits: [['plan.ts', 'minRunMs - Math.max(0, ageMs), 0)', 'minRunMs, 0)']],
  },
  {
    name: 'the age of the pause under way is ignored',
    edits: [['plan.ts', 'minRunMs - Math.max(0, nowMs - stateSinceMs)', 'minRunMs']],
  },
  {
    name: 'a pause from the start of the window on is not counted',
    edits: [
      [
        'keeps-minimums.ts',
        'task.isOn ? task.window.startAtMs : Number.NEGATIVE_INFINITY',
        'Number.NEGATIVE_INFINITY',
      ],
    ],
  },
  {
    name: 'the last minutes before readyBy weigh only as much as five in a restriction',
    edits: [['timeline.ts', '(5 + (2 * rules.minRunMs) / mustMs)', '5']],
  },
  {
    name: 'no tight pause and run after a free stop',
    edits: [
      [
        'free-rows.ts',
        'if (tight < best) best = tight;\n    }\n    cells[stop + k] = best;',
        '}\n    cells[stop + k] = best;',
      ],
      [
        'free-ways.ts',
        'k >= minCells) {\n    const startMs = stopMs + runMs;',
        'k < 0) {\n    const startMs = stopMs + runMs;',
      ],
    ],
  },
  {
    name: 'no tight run and pause after a free start',
    edits: [
      [
        'free-rows.ts',
        'if (tight < best) best = tight;\n    }\n    cells[start + k] = best;',
        '}\n    cells[start + k] = best;',
      ],
      [
        'free-ways.ts',
        'if (minCells > 0 && j + 2 * minCells <= last && k >= minCells) {',
        'if (minCells < 0) {',
      ],
    ],
  },
  {
    name: 'with taper no tight runs and pauses at a free edge',
    edits: [
      [
        'free-rows.ts',
        'const hasTwo = minCells > 0',
        'const hasTwo = task.constantKw !== null && minCells > 0',
      ],
      [
        'free-ways.ts',
        'if (j + 2 * minCells <= last',
        'if (task.constantKw !== null && j + 2 * minCells <= last',
      ],
      ['free-ways.ts', 'if (minCells > 0 && j', 'if (task.constantKw !== null && minCells > 0 && j'],
    ],
  },
  {
    name: 'a free stop never meets the chain at the end of the window',
    edits: [
      ['free-rows.ts', 'if (i >= 0 && i < t.endStart.length && tailMs >= gapMs)', 'if (i < -1)'],
      ['free-ways.ts', 'if (b === 0 && tailMs >= gapMs && Number.isInteger(i)', 'if (b < 0'],
    ],
  },
  {
    name: 'a free start never meets the chain at the end of the window',
    edits: [
      ['free-rows.ts', 'if (b === 1 && tailMs >= complementMs)', 'if (b > 1)'],
      ['free-ways.ts', 'if (b === 1 && tailMs >= unitMs - gapMs && isThere)', 'if (b > 1 && isThere)'],
    ],
  },
  {
    name: 'a stop on a cell edge never meets the chain at the end of the window',
    edits: [
      ['late-rows.ts', 'if (i >= 0 && i < t.endStart.length)', 'if (i < -1)'],
      ['edge-ways.ts', '} else if (x === 0 && minCells > 0 && tailMs > 0) {', '} else if (x > 1) {'],
    ],
  },
  {
    name: 'a run from a cell edge never meets the chain at the end of the window',
    edits: [
      ['late-rows.ts', 'if (i >= 0 && i < t.endStop.length)', 'if (i === 0)'],
      ['edge-ways.ts', 'if (Number.isInteger(i) && i >= 0 && k === i * minCells)', 'if (i === 0 && k === 0)'],
    ],
  },
  {
    name: 'early and late rows that are the same place are not joined',
    edits: [
      [
        'edge-ways.ts',
        'return [0, 1].filter((b) => b < t.tails && !hasGap(t, a * 2 + b));',
        'return [2].filter((b) => b < t.tails && hasGap(t, a));',
      ],
    ],
  },
  {
    name: 'turns: nothing hangs on a free turn through tight runs and pauses',
    edits: [['turn-search.ts', 'if (minMs === 0) return;', 'if (minMs >= 0) return;']],
  },
  {
    name: 'turns: nothing hangs on a price edge through tight runs and pauses',
    edits: [['open-edges.ts', 'if (minCells === 0) return anchored;', 'if (minCells >= 0) return anchored;']],
  },
  {
    name: 'turns: nothing hangs on the start of the window',
    edits: [['spots.ts', "if (headMs > 0) add('window start', -headMs, 0);", '']],
  },
  {
    name: 'turns: nothing hangs on the end of the window',
    edits: [['spots.ts', "if (tailMs > 0) add('window end', tailMs, 0);", '']],
  },
  {
    name: 'turns: before a free one the head of the window is never charged in',
    edits: [['spots.ts', 'for (const usedMs of [0, headMs]) {', 'for (const usedMs of [0]) {']],
  },
  {
    name: 'turns: after a free one the tail of the window is never charged in',
    edits: [['spots.ts', 'for (const restMs of [0, tailMs]) {', 'for (const restMs of [0]) {']],
  },
  {
    name: 'turns: a run may be shorter than the minimum',
    edits: [
      [
        'turn-search.ts',
        'makeReady(stops, atMs + minMsOf(search));\n  const { keys',
        'makeReady(stops, atMs);\n  const { keys',
      ],
      ['turn-walk.ts', 'fromMs = toMs + minMs;', 'fromMs = toMs + (isOn ? minMs : 0);'],
    ],
  },
  {
    name: 'turns: a bound between two edges is that of the dearer one',
    edits: [['open-edges.ts', 'return here + share * (next - here);', 'return Math.max(here, next);']],
  },
  {
    name: 'turns: a cell is ruled out by its first edge alone',
    edits: [
      [
        'open-edges.ts',
        'return (starts[e + 1] as number) <= limit || (stops[e + 1] as number) <= limit;',
        'return false;',
      ],
    ],
  },
  {
    name: 'turns: the bound of one worth is taken with another',
    edits: [
      [
        'turn-costs.ts',
        'before + sweep.worth * chargedMs + cost > limit',
        'before + worth * chargedMs + cost > limit',
      ],
    ],
  },
  {
    name: 'turns: schedules must be well below the one that is known',
    edits: [['turn-schedule.ts', 'const limit = most + margin;', 'const limit = most - 1e-3;']],
  },
  {
    name: 'turns: the first schedule found below the known one is taken for the best',
    edits: [
      [
        'turn-schedule.ts',
        'bestWithin(known, TURNS_FEW);',
        'bestWithin(bound + 0.9 * (known - bound), TURNS_FEW);',
      ],
      [
        'turn-schedule.ts',
        'schedule !== null && schedule.counted <= most + tie ? schedule',
        'schedule !== null ? schedule',
      ],
    ],
  },
  {
    name: 'turns: the schedule known beforehand has runs and pauses that are too short',
    edits: [
      [
        'fitted-cost.ts',
        'const spareMs = run.endMs - run.startMs - (isFirst ? 0 : task.minRunMs);',
        'const spareMs = run.endMs - run.startMs;',
      ],
      ['fitted-cost.ts', 'if (!keepsMinimums({ ...task, window }, kept))', 'if (kept.length > 99)'],
    ],
  },
  {
    name: 'turns: a charge under way must take all of the cell that the window begins in',
    edits: [['relaxed.ts', 'return isOn && offset === 1 &&', 'return isOn && offset === 2 &&']],
  },
  {
    name: 'turns: of two starts that cost the same the earlier one is dropped where it is better',
    edits: [['turn-search.ts', 'isEarly ? value - tie : value + rounding', 'value + rounding']],
  },
  {
    name: 'taper: turns hang on price edges as at constant power',
    edits: [
      [
        'taper-schedule.ts',
        'const anchored = openWithin(through, limit);',
        'const anchored = anchoredWithin(relaxed, lattice, through, limit);',
      ],
      ['taper-schedule.ts', 'import { costsThrough, openWithin }', 'import { anchoredWithin, costsThrough }'],
    ],
  },
  {
    name: 'taper: charging counts at the power at one end of what may have been charged',
    edits: [['tapered-relaxed.ts', 'if (end < least) {', 'if (end < least - 1e9) {']],
  },
  {
    name: 'taper: not charging counts nothing where the worth changes',
    edits: [['tapered-relaxed.ts', 'const idle = -perMs * idleKwh;', 'const idle = 0 * idleKwh;']],
  },
  {
    name: 'taper: the worth at the start of a cell is taken for all of it',
    edits: [['tapered-relaxed.ts', 'Math.max(next, here)', 'Math.min(next, here)']],
  },
  {
    name: 'taper: no bend of the power is looked at',
    edits: [['tapered-relaxed.ts', 'if (value >= least) continue;', 'if (value > -1e9) continue;']],
  },
  {
    name: 'taper: tables end well within what schedules within the bounds charge',
    edits: [
      ['charged-range.ts', 'Math.max(0, kLow - 2)', 'Math.max(0, kLow + 1)'],
      ['charged-range.ts', 'kHigh + 2;', 'kHigh - 1;'],
    ],
  },
  {
    name: 'taper: cells of one price are alike whatever their weight',
    edits: [
      [
        'taper-costs.ts',
        'const isAlike = price[i] === price[i - 1] && weight[i] === weight[i - 1];',
        'const isAlike = price[i] === price[i - 1];',
      ],
    ],
  },
  {
    name: 'taper: what the first sums of a charge count is left out further back',
    edits: [['taper-costs.ts', 'countedFromMs[index] = atMs;\n    }', '}']],
  },
  {
    name: 'several cars: the limit is ignored in one cell',
    edits: [
      [
        'site/room.ts',
        'const room = new Float64Array(cells.count).fill(limitKw);',
        'const room = new Float64Array(cells.count).fill(limitKw);\n  room[3] = 1e6;',
      ],
    ],
  },
  {
    name: 'several cars: a start costs nothing',
    edits: [['site/car-cells.ts', 'startCost: problem.startCost,\n      kwh,', 'startCost: 0,\n      kwh,']],
  },
  {
    name: 'several cars: the car with the earlier deadline yields',
    edits: [['site/order.ts', 'deadlineOf(a) - deadlineOf(b) ||', 'deadlineOf(b) - deadlineOf(a) ||']],
  },
  {
    name: 'several cars: the car with the lower level yields',
    edits: [['site/order.ts', 'turnPercent(a) - turnPercent(b) ||', 'turnPercent(b) - turnPercent(a) ||']],
  },
  {
    name: 'several cars: reserves do not come first',
    edits: [
      [
        'site/settle.ts',
        'need.reserveMs > 0 ? 0 : car.problem.isCharging ? 1 : 2',
        'need.reserveMs < 0 ? 0 : car.problem.isCharging ? 1 : 2',
      ],
    ],
  },
  {
    name: 'several cars: a late car charges whenever there is room, not as soon as there is',
    edits: [['site/deadlines.ts', 't + 1 + (t >= car.end ? cells : 0)', '0']],
  },
  {
    name: 'several cars: deadlines are kept only where cars placed in turn keep them',
    edits: [
      [
        'site/deadlines.ts',
        'return found !== null && found.cost < 0.5 ? found.paths : null;',
        'return null;',
      ],
    ],
  },
  {
    name: 'several cars: a run may be shorter than the minimum',
    edits: [['site/cell-car.ts', 'onTo[0] = onState + Math.max(0, runCells - 1);', 'onTo[0] = onState;']],
  },
  {
    name: 'several cars: what power is worth is not taken off the bound',
    edits: [['site/bound.ts', 'let bound = -(dual.refund[first] ?? 0);', 'let bound = 0;']],
  },
  {
    name: 'several cars: the old plan stays above the limit',
    edits: [['site/keep-site.ts', 'if (!fitsLimit(othersOf(order, runs, null), limitKw)) return null;', '']],
  },
  {
    name: 'several cars: the old plan goes where nothing of one of them can be kept',
    edits: [
      [
        'site/keep-site.ts',
        'if (kept !== null) runs.set(id, kept);',
        'if (kept === null) return null;\n    runs.set(id, kept);',
      ],
    ],
  },
  {
    name: 'several cars: the latest safe start does not heed the others',
    edits: [
      [
        'site/state-site.ts',
        'if (time !== undefined && time.endAtMs > startMs &&',
        'if (time !== undefined && time.endAtMs < 0 &&',
      ],
    ],
  },
  {
    name: 'several cars, some held: the limit is ignored in one cell',
    edits: [
      [
        'site/held-joint.ts',
        'const room = Float64Array.from(task.roomKw);\n  for (const [i, member]',
        'const room = Float64Array.from(task.roomKw);\n  room[3] = 1e6;\n  for (const [i, member]',
      ],
    ],
  },
  {
    name: 'several cars, some held: the least power is ignored',
    edits: [
      [
        'site/held-cells.ts',
        'const { car, need, totalMs, openAtMs, isOn, reservedMs, owedMs, leastKw } = given;',
        'const { car, need, totalMs, openAtMs, isOn, reservedMs, owedMs } = given;\n  const leastKw = 0.1;',
      ],
    ],
  },
  {
    name: 'several cars, some held: a reserve takes less than its least',
    edits: [['site/as-soon.ts', 'if (isFree || roomKw >= leastKw) {', 'if (isFree || roomKw > 0.1) {']],
  },
  {
    name: 'several cars, some held: a deadline is missed that sharing keeps where cars in turn do not',
    edits: [
      [
        'site/held-deadlines.ts',
        '  if (!canFit(own)) return null;',
        '  if (own.members.length > 0) return null;',
      ],
      // What is missed so is charged at once otherwise.
      [
        'site.ts',
        'missed.length === 0 ? null : rulesFor(missed)',
        'missed.length < 99 ? null : rulesFor(missed)',
      ],
    ],
  },
  {
    name: 'several cars, some held: a charge that is held is taken to go on as fast as one that is not',
    edits: [
      [
        'site/held-run.ts',
        'if (heldKw === undefined) return fromMs + lengthMs;',
        'if (heldKw !== 0) return fromMs + lengthMs;',
      ],
    ],
  },
  {
    name: 'several cars, some held: what power is worth is not taken off the bound',
    edits: [
      [
        'site/held-solve.ts',
        'return priceBound(cars, { refund }, cells);',
        'return priceBound(cars, { refund: refund.fill(0) }, cells);',
      ],
    ],
  },
  {
    name: 'several cars, some held: an old plan is given up when the limit comes down a little',
    edits: [
      [
        'site/held-keep.ts',
        'const lowered = loweredTo(order, runs, limitKw);',
        'const lowered = runs.size > 0 ? null : loweredTo(order, runs, limitKw);',
      ],
    ],
  },
  {
    name: 'several cars, some held: powers are not rounded',
    edits: [
      ['site/held-round.ts', 'if (!car.isConstant) return exact;', 'if (car.needKwh > 0) return exact;'],
    ],
  },
];
