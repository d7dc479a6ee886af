// Compiles src/ to dist/ and copies the SQL migrations beside the compiled store. The new build takes the old one's place
// only when it is whole, so that a service which starts meanwhile finds the one or the other.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
if (!existsSync(compiler)) {
  // `npm ci --omit=dev` of a released package: dist/ is already in the package.
  if (existsSync(`${root}dist/main.js`)) process.exit(0);
  console.error('build: typescript is not installed and there is no dist/; run "npm ci" first');
  process.exit(1);
}
const fresh = `${root}dist.new-${process.pid}`;
const old = `${root}dist.old-${process.pid}`;
const done = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`, '--outDir', fresh], {
  stdio: 'inherit',
});
if (done.status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(done.status ?? 1);
}
cpSync(`${root}src/store/migrations`, `${fresh}/store/migrations`, { recursive: true });
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(fresh, `${root}dist`);
rmSync(old, { recursive: true, force: true });
