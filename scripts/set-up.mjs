// What `npm start` and `npm test` need before they begin: the packages of the lock file, and a build.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs when there is no node_modules or it is older than the lock file. */
export function installWhatIsMissing() {
  const installedAtMs = changedAtMs(join(root, 'node_modules', '.package-lock.json'));
  if (installedAtMs !== null && installedAtMs >= (changedAtMs(join(root, 'package-lock.json')) ?? 0)) return;
  console.error('Installing the packages of the lock file (once)…');
  // Run by npm, npm_execpath is its own script; run by hand, npm is looked up in the PATH.
  const npm = process.env.npm_execpath;
  const line = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  const done = npm?.endsWith('.js')
    ? run(process.execPath, [npm, ...line])
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', line);
  if (done !== 0) {
    console.error('"npm ci" failed; its messages are above. Mend that, then run this command again.');
    process.exit(1);
  }
}

/** Builds when there is no build, or a source is newer than it. */
export function buildWhenOutdated() {
  const builtAtMs = changedAtMs(join(root, 'dist', 'main.js'));
  if (builtAtMs !== null && builtAtMs >= newestSourceAtMs()) return;
  console.error('Building…');
  const done = run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  if (done === 0) return;
  // The compiler writes files even when it finds faults; half a build must not pass for a new one.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  process.exit(1);
}

/** Runs a command in the project's root on this terminal, its stdout on our stderr, and gives its exit code. */
export function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] });
  if (done.error !== undefined) console.error(`${command}: ${done.error.message}`);
  return done.status ?? 1;
}

function newestSourceAtMs() {
  const sources = ['src', 'web']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const others = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];
  const all = [...sources, ...others.map((name) => join(root, name))];
  return Math.max(...all.map((path) => changedAtMs(path) ?? 0));
}

function changedAtMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
