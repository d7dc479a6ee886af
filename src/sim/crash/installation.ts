import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../store/connection.ts';
import { findHolder } from '../../store/embedded-holder.ts';
import { killLeftovers } from '../../store/embedded-leftovers.ts';
import { findCluster } from '../../store/embedded-place.ts';
import { EMBEDDED_USER, stopPostgres } from '../../store/embedded-process.ts';
import { makeOwnServer } from './own-server.ts';
import type { Installation } from './service.ts';

export type DatabaseKind = 'embedded' | 'server';

/** The database that is killed: the service's own, or a server that the service only knows by its URL. */
export interface Victims {
  readonly installation: Installation;
  /** PostgreSQL's folder. @throws before the first start. */
  cluster(): string;
  /** Where it answers now. */
  target(): Target;
  /** Starts the server; null where the service does that. */
  readonly startByHand: (() => Promise<void>) | null;
  /** Stops what is left. */
  stop(): Promise<void>;
}

/** An empty installation in a folder; a server of its own is started. */
export async function install(
  folder: string,
  kind: DatabaseKind,
  serveArgs: readonly string[],
): Promise<Victims> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const shared = { dataDir, serveArgs, logFile: join(folder, 'service.log') };
  if (kind === 'server') {
    const server = await makeOwnServer(join(folder, 'server'));
    await server.start().catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return {
      installation: { ...shared, databaseUrl: server.url },
      cluster: () => server.cluster,
      target: () => ({ kind: 'server', url: server.url }),
      startByHand: server.start,
      stop: server.stop,
    };
  }
  const cluster = (): string => {
    const found = findCluster(dataDir);
    if (found === null) throw new Error(`there is no database in ${dataDir} yet`);
    return found;
  };
  return {
    installation: { ...shared, databaseUrl: null },
    cluster,
    target() {
      const socket = findHolder(cluster())?.socket;
      if (!socket) throw new Error(`no PostgreSQL runs in ${dataDir}`);
      return { kind: 'embedded', ...socket, user: EMBEDDED_USER, database: 'tidewatt' };
    },
    startByHand: null,
    async stop() {
      const found = findCluster(dataDir);
      if (found === null) return;
      await stopPostgres(found);
      killLeftovers(found, null);
    },
  };
}
