import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** Whom PostgreSQL runs as, where that is not ourselves. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where one embedded PostgreSQL keeps its things, and whom it runs as. */
export interface Place {
  /** Null: as ourselves. */
  readonly account: Account | null;
  readonly dataDir: string;
  /** PostgreSQL's own folder, with the major version in its name: another major needs another folder. */
  readonly cluster: string;
  readonly logFile: string;
  /** The folder of the socket: short, as a socket's path may have 107 bytes (103 on macOS). */
  readonly runDir: string;
}

/** Where root keeps what nobody else could reach: data asked for under a closed home, and copied binaries. */
export const SYSTEM_DIR = '/var/lib/tidewatt';

const MAJOR_VERSION = 18;
const NOBODY: Account = { uid: 65534, gid: 65534 };
const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107;
const MOVED_FILE = 'moved-to';

/**
 * Makes the folders and decides the account. PostgreSQL refuses to run as root: root runs it as the owner of the
 * data that are there, else as nobody. Where that account cannot reach the folder, the data lie under the system
 * folder, and a file `moved-to` in the folder asked for says so.
 */
export function preparePlace(wantedDir: string, systemDir: string = SYSTEM_DIR): Place {
  const wanted = makeFolder(resolve(wantedDir));
  const isRoot = process.getuid?.() === 0;
  const moved = readMoved(wanted);
  if (moved !== null && !isRoot) {
    throw new Error(
      `the data of ${wanted} lie in ${moved}, as root made them: start as root, or choose another folder with TIDEWATT_DATA_DIR`,
    );
  }
  const account = isRoot ? accountForRoot(moved ?? wanted) : null;
  const dataDir =
    moved ?? (account === null || canEnter(account, wanted) ? wanted : moveTo(systemDir, wanted));
  if (account !== null && !canEnter(account, dataDir)) {
    throw new Error(
      `PostgreSQL cannot run as root, and user ${account.uid} cannot enter ${dataDir}: open it to that user (chmod o+x)`,
    );
  }
  const cluster = join(dataDir, `postgres-${MAJOR_VERSION}`);
  refuseForeign(cluster, isRoot);
  if (existsSync(cluster)) ownCluster(cluster, account);
  return {
    account,
    dataDir,
    cluster,
    logFile: join(dataDir, `postgres-${MAJOR_VERSION}.log`),
    runDir: runDirOf(cluster),
  };
}

/** The cluster of a folder, wherever it lies, without making or changing anything; null where there is none yet. */
export function findCluster(wantedDir: string): string | null {
  if (!existsSync(wantedDir)) return null;
  const wanted = realpathSync(wantedDir);
  const cluster = join(readMoved(wanted) ?? wanted, `postgres-${MAJOR_VERSION}`);
  return existsSync(cluster) ? cluster : null;
}

/**
 * Makes the folder of the socket, where it is not there: the temporary folder is swept on many systems. Anybody may
 * write there, so a folder that is not ours alone is refused.
 */
export function makeRunDir({ runDir, account }: Place): void {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const found = lstatSync(runDir);
  const self = process.getuid?.() ?? 0;
  const owner = account?.uid ?? self;
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== self) || (found.mode & 0o077) !== 0) {
    throw new Error(
      `${runDir} is to hold the socket of PostgreSQL, and is not a folder of ours alone: remove it`,
    );
  }
  if (account !== null && found.uid !== owner) lchownSync(runDir, account.uid, account.gid);
}

function makeFolder(folder: string): string {
  try {
    const made = mkdirSync(folder, { recursive: true });
    // Whatever the umask: another account may have to pass.
    if (made !== undefined) chmodSync(folder, 0o755);
    return realpathSync(folder);
  } catch (cause) {
    throw new Error(`cannot make the data folder ${folder}: choose another with TIDEWATT_DATA_DIR`, {
      cause,
    });
  }
}

function readMoved(wanted: string): string | null {
  const file = join(wanted, MOVED_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

function accountForRoot(dataDir: string): Account {
  const owner = lstatSync(join(dataDir, `postgres-${MAJOR_VERSION}`), { throwIfNoEntry: false });
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** Asked of the system itself: modes alone do not tell of access lists. */
function canEnter(account: Account, folder: string): boolean {
  const done = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    timeout: 10_000,
  });
  return done.status === 0;
}

/** A folder of its own for each folder asked for; the name begins as that one's, for people. */
function moveTo(systemDir: string, wanted: string): string {
  makeFolder(systemDir);
  const dataDir = makeFolder(join(systemDir, `${basename(wanted)}-${shortHash(wanted)}`));
  writeFileSync(join(wanted, MOVED_FILE), `${dataDir}\n`);
  return dataDir;
}

function refuseForeign(cluster: string, isRoot: boolean): void {
  const owner = lstatSync(cluster, { throwIfNoEntry: false })?.uid;
  if (isRoot || owner === undefined || owner === process.getuid?.()) return;
  throw new Error(
    `${cluster} belongs to user ${owner}, and this is user ${process.getuid?.()}: start as that user or as root, ` +
      'or choose another folder with TIDEWATT_DATA_DIR',
  );
}

/** A folder copied back by root, or opened to others by a copy: PostgreSQL would refuse it. */
function ownCluster(cluster: string, account: Account | null): void {
  const found = lstatSync(cluster);
  if (account !== null && found.uid === 0) giveAll(cluster, account);
  if ((found.mode & 0o077) !== 0) chmodSync(cluster, 0o700);
}

function giveAll(path: string, account: Account): void {
  lchownSync(path, account.uid, account.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAll(join(path, name), account);
}

function runDirOf(cluster: string): string {
  const name = `tidewatt-${shortHash(cluster)}`;
  const usual = join(tmpdir(), name);
  return Buffer.byteLength(`${usual}/.s.PGSQL.65535`) <= SOCKET_PATH_BYTES_MAX ? usual : join('/tmp', name);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
