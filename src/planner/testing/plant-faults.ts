import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault } from './faults.ts';
import { FAULTS } from './faults.ts';

// `npm run faults`: plants faults into a copy of the planner, one at a time, and runs its tests against each. It exits
// with 1 when a fault is not caught, when one no longer fits the source, or when the tests fail without any.
// Words after the command pick the faults whose names contain them.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NO_TEST = 'it does not run';
const words = process.argv.slice(2);
const faults = FAULTS.filter(({ name }) => words.every((word) => name.includes(word)));
const folder = mkdtempSync(join(tmpdir(), 'tidewatt-faults-'));
try {
  process.exitCode = plantAll() ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function plantAll(): boolean {
  for (const each of ['package.json', 'tsconfig.json']) cpSync(join(root, each), join(folder, each));
  for (const each of ['domain', 'planner']) {
    cpSync(join(root, 'src', each), join(folder, 'src', each), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  if (firstFailure() !== null) {
    console.error('the tests fail without any fault; mend them first');
    return false;
  }
  let caught = 0;
  for (const fault of faults) {
    const sources = plant(fault);
    if (sources === null) continue;
    const failure = firstFailure();
    for (const [path, source] of sources) writeFileSync(path, source);
    const isCaught = failure !== null && failure !== NO_TEST;
    if (isCaught) caught++;
    console.log(
      !isCaught
        ? `NOT CAUGHT  ${fault.name} (${failure ?? 'every test passes'})`
        : `caught  ${fault.name} (${failure})`,
    );
  }
  console.log(`${caught} of ${faults.length} faults caught`);
  return faults.length > 0 && caught === faults.length;
}

/** Makes the fault's edits; gives the files as they were, or null, with nothing changed, where an edit does not fit. */
function plant({ name, edits }: Fault): Map<string, string> | null {
  const sources = new Map<string, string>();
  const planted = new Map<string, string>();
  for (const [file, find, put] of edits) {
    const path = join(folder, 'src/planner', file);
    if (!sources.has(path)) sources.set(path, readFileSync(path, 'utf8'));
    const text = planted.get(path) ?? sources.get(path) ?? '';
    if (text.split(find).length !== 2) {
      console.error(`${name}: expected its text once in ${file}; write the fault anew`);
      return null;
    }
    planted.set(
      path,
      text.replace(find, () => put),
    );
  }
  for (const [path, text] of planted) writeFileSync(path, text);
  return sources;
}

/** The first test that fails; null when all pass. The solver's suite is left out: the faults must be caught without it. */
function firstFailure(): string | null {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      'src/planner',
      '--exclude=**/exact.test.ts',
      '--bail=1',
      '--testTimeout=120000',
      '--reporter=json',
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 },
  );
  if (run.status === 0) return null;
  const failed = /"fullName":"([^"]*)","status":"failed"/.exec(run.stdout);
  return failed?.[1]?.trim() ?? NO_TEST;
}
