// `npm test`: installs and builds what is missing, runs the checks and every test. The last line it prints is
// "N passed, N failed, N skipped"; a failed check counts as one failure. Arguments go to vitest, and then the
// checks are left out. It exits with 1 when anything failed or nothing ran.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWhenOutdated, installWhatIsMissing, root, run } from './set-up.mjs';

const args = process.argv.slice(2);
installWhatIsMissing();
buildWhenOutdated();

const failedChecks =
  args.length > 0 ? [] : checks().filter(([, ...line]) => run(process.execPath, line) !== 0);
for (const [name] of failedChecks) console.error(`check failed: ${name}`);

const folder = mkdtempSync(join(tmpdir(), 'tidewatt-test-'));
const report = join(folder, 'report.json');
run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...args,
]);
const tests = counted(report);
rmSync(folder, { recursive: true, force: true });

const failed = tests.failed + failedChecks.length;
console.log(`${tests.passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exit(failed > 0 || tests.passed === 0 ? 1 : 0);

/** The checks of `npm run check`, each [name, script, …arguments]. */
function checks() {
  const module = (...path) => join(root, 'node_modules', ...path);
  return [
    ['biome', module('@biomejs', 'biome', 'bin', 'biome'), 'check'],
    ['tsc', module('typescript', 'bin', 'tsc'), '--noEmit'],
    ['tsc web', module('typescript', 'bin', 'tsc'), '-p', 'web'],
    ['tsc web tests', module('typescript', 'bin', 'tsc'), '-p', 'web/tsconfig.testing.json'],
    ['knip', module('knip', 'bin', 'knip.js')],
  ];
}

/** A file that fails before its first test, and a run that ends without a report, count as one failure each. */
function counted(path) {
  let found;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error('vitest ended without a report; what it said is above');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const filesThatFailedToLoad = found.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: found.numPassedTests,
    failed: found.numFailedTests + filesThatFailedToLoad.length,
    skipped: found.numPendingTests + (found.numTodoTests ?? 0),
  };
}
