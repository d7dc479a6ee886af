// Compiles src/ to dist/ and copies the SQL migrations beside the compiled store.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
if (!existsSync(compiler)) {
  // `npm ci --omit=dev` of a released package: dist/ is already in the package.
  if (existsSync(`${root}dist/main.js`)) process.exit(0);
  console.error('build: typescript is not installed and there is no dist/; run "npm ci" first');
  process.exit(1);
}
rmSync(`${root}dist`, { recursive: true, force: true });
const done = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`], {
  stdio: 'inherit',
});
if (done.status !== 0) process.exit(done.status ?? 1);
cpSync(`${root}src/store/migrations`, `${root}dist/store/migrations`, { recursive: true });
