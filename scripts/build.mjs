// Compiles src/ to dist/, copies the SQL migrations beside the compiled store, and builds the dashboard of web/ into
// dist/web. The new build takes the old one's place only when it is whole, so that a service which starts meanwhile
// finds the one or the other.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

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
try {
  await buildDashboard(`${fresh}/web`);
} catch (error) {
  console.error('build: the dashboard in web/ could not be built');
  console.error(error);
  rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(fresh, `${root}dist`);
rmSync(old, { recursive: true, force: true });

/** The page and its assets, each with a .br and a .gz beside it, so that serving compresses nothing. */
async function buildDashboard(outDir) {
  const { build } = await import('vite');
  await build({ root: `${root}web`, logLevel: 'warn', build: { outDir } });
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
