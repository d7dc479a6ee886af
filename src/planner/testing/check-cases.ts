import highsModule from 'highs';
import { type AnyCase, type AnyShape, anyCase } from './any-case.ts';
import { BRUTE_FORCE_STEPS_MAX, bruteForce } from './brute-force.ts';
import { type Checked, checkCase, type Reference } from './check-case.ts';
import { countsAs, type Runs } from './counts-as.ts';
import { FEATURES, type Feature } from './features.ts';
import { milpOf } from './milp.ts';
import { stepOracle } from './step-oracle.ts';

/** What seeded cases found: mismatches by seed, how often each reference was asked, how often each feature occurred. */
export interface Comparison {
  cases: number;
  readonly mismatches: { readonly seed: number; readonly reference: string; readonly what: string }[];
  readonly references: Record<string, number>;
  readonly features: Record<Feature, number>;
  alsoOffGrid: number;
}

interface Kind {
  readonly reference: string;
  /** Of a hundred cases, so many. */
  readonly share: number;
  readonly shapes: readonly AnyShape[];
}

const SMALL = { stepsMin: 3, stepsMax: BRUTE_FORCE_STEPS_MAX };

/** Small ones are compared with every schedule that there is, large ones with a solver; it knows no taper. */
const KINDS: readonly Kind[] = [
  {
    reference: 'brute force',
    share: 50,
    shapes: [1, 5, 15, 30].map((stepMinutes) => ({ stepMinutes, ...SMALL, isTapering: false })),
  },
  {
    reference: 'brute force, taper',
    share: 10,
    shapes: [{ stepMinutes: 5, ...SMALL, isTapering: true }],
  },
  {
    reference: 'solver',
    share: 20,
    shapes: [
      { stepMinutes: 5, stepsMin: 20, stepsMax: 48, isTapering: false },
      { stepMinutes: 15, stepsMin: 20, stepsMax: 48, isTapering: false },
      { stepMinutes: 30, stepsMin: 20, stepsMax: 48, isTapering: false },
    ],
  },
  {
    reference: 'enumeration, taper',
    share: 10,
    shapes: [
      { stepMinutes: 5, stepsMin: 20, stepsMax: 120, isTapering: true },
      { stepMinutes: 1, stepsMin: 60, stepsMax: 150, isTapering: true },
    ],
  },
  {
    reference: 'enumeration, taper, hardly any room',
    share: 10,
    shapes: [
      { stepMinutes: 3, cellSteps: 5, isTapering: true },
      { stepMinutes: 1, cellSteps: 5, isTapering: true },
      { stepMinutes: 1, cellSteps: 15, isTapering: true },
    ],
  },
];

/** Compares plans with references on seeded cases. `onCase` hears of each, for progress. */
export async function checkCases(
  count: number,
  seed: number,
  onCase: (done: number) => void = () => {},
): Promise<Comparison> {
  const solve = await solver();
  const references: Readonly<Record<string, Reference>> = {
    'brute force': bruteForce,
    'brute force, taper': bruteForce,
    'enumeration, taper': stepOracle,
    'enumeration, taper, hardly any room': stepOracle,
    solver: solve,
  };
  const found: Comparison = {
    cases: 0,
    mismatches: [],
    references: {},
    features: Object.fromEntries(Object.keys(FEATURES).map((name) => [name, 0])) as Record<Feature, number>,
    alsoOffGrid: 0,
  };
  for (let i = 0; i < count; i++) {
    const kind = kindOf(i);
    const caseSeed = seed * 1_000_003 + i;
    const shape = kind.shapes[Math.floor(i / 100) % kind.shapes.length];
    const reference = references[kind.reference];
    if (shape === undefined || reference === undefined) throw new Error(`no reference ${kind.reference}`);
    let given = anyCase(caseSeed, shape);
    // Enumeration has no open end: charging above the target is compared by the others.
    if (kind.reference === 'enumeration, taper') given = closed(given);
    const checked = checkCase(given, reference);
    note(found, kind.reference, caseSeed, checked);
    onCase(i + 1);
  }
  return found;
}

function note(found: Comparison, reference: string, seed: number, checked: Checked): void {
  found.cases += 1;
  found.references[reference] = (found.references[reference] ?? 0) + 1;
  found.alsoOffGrid += checked.isAlsoOffGrid ? 1 : 0;
  for (const feature of checked.features) found.features[feature] += 1;
  if (checked.mismatch !== null) found.mismatches.push({ seed, reference, what: checked.mismatch });
}

function kindOf(i: number): Kind {
  let left = (i * 37) % 100;
  for (const kind of KINDS) {
    if (left < kind.share) return kind;
    left -= kind.share;
  }
  throw new Error('the shares of the kinds must be 100 together');
}

function closed(given: AnyCase): AnyCase {
  const { problem, needMs } = given;
  return {
    ...given,
    mostMs: needMs,
    problem: { ...problem, opportunisticPrice: null, chargeLimitPercent: 100 },
  };
}

async function solver(): Promise<Reference> {
  // The package's types describe its CommonJS build; what Node imports is the loader itself.
  const load = highsModule as unknown as typeof highsModule.default;
  const highs = await load();
  return (given, prices) => {
    if (given.needMs > prices.length * given.stepMs) return null;
    const solved = highs.solve(milpOf(given, prices), { mip_rel_gap: 0, mip_abs_gap: 1e-9 });
    if (solved.Status === 'Infeasible') return null;
    if (solved.Status !== 'Optimal') throw new Error(`the solver says ${solved.Status}`);
    const runs: [number, number][] = [];
    for (const t of prices.keys()) {
      const column = solved.Columns[`o${t}`];
      if (column === undefined || !('Primal' in column) || Math.round(column.Primal) === 0) continue;
      const startMs = given.problem.nowMs + t * given.stepMs;
      const last = runs.at(-1);
      if (last !== undefined && last[1] === startMs) last[1] = startMs + given.stepMs;
      else runs.push([startMs, startMs + given.stepMs]);
    }
    return countsAs(given, prices, runs satisfies Runs);
  };
}
