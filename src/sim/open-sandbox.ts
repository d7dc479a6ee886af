import type { Database } from '../store/database.ts';
import { emptyDatabase, insertSandbox, readSandbox, type StoredSandbox } from '../store/sandbox.ts';
import { createPublications, type PublishedUntil, publishedAtBirth } from './demo/publications.ts';
import type { WorldPart } from './sandbox.ts';
import { createSandboxClock, type SandboxClock } from './sandbox-clock.ts';

/** What the world of a sandbox remembers beside its cars. */
export interface World {
  readonly demo?: DemoWorld;
  readonly publishedUntil?: PublishedUntil;
}

/** The demonstration: what it is made of. */
export interface DemoWorld {
  readonly seed: number;
  readonly vehicleCount: number;
  readonly bornMs: number;
  /** Shown at every start; null until the client is made. */
  readonly client: { readonly id: string; readonly secret: string } | null;
  /** All its cars are there. */
  readonly isMade: boolean;
}

/** What a process wants of the database that it opens. */
export type Wanted =
  | { readonly kind: 'service' }
  | { readonly kind: 'sandbox'; readonly clockMs: number | null }
  | {
      readonly kind: 'demo';
      readonly seed: number;
      readonly vehicleCount: number;
      readonly speed: number;
      readonly bornMs: number;
      readonly isFresh: boolean;
    };

export interface OpenedSandbox {
  readonly clock: SandboxClock;
  readonly speed: number;
  readonly parts: readonly WorldPart[];
  readonly demo: DemoWorld | null;
  readonly isNew: boolean;
}

/**
 * The sandbox of this database, as it stopped or as it begins; null for a service of every day.
 * @throws where the database holds another kind of service: their clocks differ, so they never share one.
 */
export async function openSandbox(
  database: Database,
  wanted: Wanted,
  realNowMs: number,
): Promise<OpenedSandbox | null> {
  if (wanted.kind === 'demo' && wanted.isFresh) await makeRoom(database);
  const stored = await readWhole(database);
  if (wanted.kind === 'service') {
    if (stored === null) return null;
    throw new Error(
      `this database holds a ${nameOf(stored.world)}, whose clock is not ours: run "tidewatt ${commandOf(stored.world)}", ` +
        'or choose another folder with --data-dir',
    );
  }
  if (stored !== null) {
    if (wanted.kind === 'demo' && stored.world.demo === undefined) {
      throw new Error(
        'this database holds a sandbox, not the demonstration: run "tidewatt serve --sandbox", choose another folder ' +
          'with --data-dir, or give it up with --fresh',
      );
    }
    const speed = wanted.kind === 'demo' ? wanted.speed : stored.speed;
    return opened(stored.nowMs, speed, stored.world, false);
  }
  await refuseOthersData(database);
  const nowMs = wanted.kind === 'demo' ? wanted.bornMs : (wanted.clockMs ?? realNowMs);
  const speed = wanted.kind === 'demo' ? wanted.speed : wanted.clockMs === null ? 1 : 0;
  const world = worldOf(wanted);
  await insertSandbox(database, { nowMs, speed, world });
  return opened(nowMs, speed, world, true);
}

function opened(nowMs: number, speed: number, world: World, isNew: boolean): OpenedSandbox {
  const { demo, publishedUntil } = world;
  const parts = demo && publishedUntil ? [createPublications(demo.seed, publishedUntil)] : [];
  return { clock: createSandboxClock(nowMs), speed, parts, demo: demo ?? null, isNew };
}

function worldOf(wanted: Exclude<Wanted, { kind: 'service' }>): World {
  if (wanted.kind === 'sandbox') return {};
  const { seed, vehicleCount, bornMs } = wanted;
  return {
    demo: { seed, vehicleCount, bornMs, client: null, isMade: false },
    publishedUntil: publishedAtBirth(bornMs),
  };
}

/** The stored sandbox; a demonstration that was cut off while it was being made is given up, it takes a second. */
async function readWhole(database: Database): Promise<StoredSandbox<World> | null> {
  const stored = await readSandbox<World>(database);
  if (stored?.world.demo?.isMade !== false) return stored;
  await database.transaction((tx) => emptyDatabase(tx));
  return null;
}

/** A fresh demonstration takes the place of a sandbox, never of a service's data. */
async function makeRoom(database: Database): Promise<void> {
  if ((await readSandbox(database)) === null) await refuseOthersData(database);
  await database.transaction((tx) => emptyDatabase(tx));
}

async function refuseOthersData(database: Database): Promise<void> {
  const [row] = await database.query<{ name: string }>('select name from clients limit 1');
  if (row === undefined) return;
  throw new Error(
    `this database holds the data of a service (client "${row.name}"): a sandbox needs one of its own; choose another ` +
      'folder with --data-dir, or another database with DATABASE_URL',
  );
}

function nameOf(world: World): string {
  return world.demo === undefined ? 'sandbox' : 'demonstration';
}

function commandOf(world: World): string {
  return world.demo === undefined ? 'serve --sandbox' : 'demo';
}
