import type { Deps } from '../../app/deps.ts';
import { runDueLanes } from '../../app/run-lanes.ts';
import type { Database, Query } from '../../store/database.ts';
import { randomFor } from '../random.ts';
import type { Fault } from './faults.ts';
import type { Tally } from './tally.ts';

/** The workers that step due lanes: one, or two that get into each other's way; some die in the middle of a batch. */
export interface LaneWorkers {
  /** One batch; 0 where nothing was due. A batch of a worker that died counts as one that was begun. */
  step(): Promise<number>;
}

/** The worker's process is gone: nothing that it had not committed has happened, and it does nothing any more. */
class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

const LANES_AT_ONCE = 100;
/** Beside another worker, so that there is something left for that one. */
const LANES_BESIDE_MAX = 4;
const DIES_SHARE = 0.03;
const BESIDE_SHARE = 0.2;
/** A batch has about so many statements. */
const STATEMENTS_MAX = 14;

export function createLaneWorkers(
  deps: Deps,
  seed: number,
  faults: ReadonlySet<Fault>,
  tally: Tally,
): LaneWorkers {
  let batchCount = 0;

  /** At a statement of the first worker's batch, when its lanes are locked, the second one steps what is left. */
  async function stepBeside(limit: number, atStatement: number): Promise<number> {
    let second = 0;
    const database = withHook(deps.database, async (statement) => {
      if (statement === atStatement) second = await runDueLanes(deps, LANES_AT_ONCE);
    });
    const first = await runDueLanes({ ...deps, database }, limit);
    if (second > 0) tally.happened('two-workers');
    return first + second;
  }

  async function stepAndDie(atStatement: number): Promise<number> {
    let isDead = false;
    const die = (): void => {
      if (isDead) throw new WorkerDied('the worker has died');
    };
    const database = withHook(deps.database, async (statement) => {
      isDead ||= statement === atStatement || statement === 'before-commit';
      die();
    });
    try {
      return await runDueLanes({ ...deps, database }, LANES_AT_ONCE);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      tally.happened('worker-crashes');
      return 1;
    }
  }

  return {
    async step() {
      batchCount += 1;
      const random = randomFor(seed, 'batch', batchCount);
      const [dies, beside, at, lanes] = [random(), random(), random(), random()];
      const atStatement = 1 + Math.floor(at * STATEMENTS_MAX);
      if (faults.has('worker-crashes') && dies < DIES_SHARE) return stepAndDie(atStatement);
      if (faults.has('two-workers') && beside < BESIDE_SHARE) {
        return stepBeside(1 + Math.floor(lanes * LANES_BESIDE_MAX), atStatement);
      }
      return runDueLanes(deps, LANES_AT_ONCE);
    },
  };
}

/**
 * The same database, with something done before each statement of a transaction, numbered from 1, and before its
 * commit; also before any transaction and statement outside of one, which have the number 0.
 */
function withHook(
  database: Database,
  hook: (statement: number | 'before-commit') => Promise<void>,
): Database {
  return {
    ...database,
    async query<Row extends object>(text: string, values?: readonly unknown[], name?: string) {
      await hook(0);
      return database.query<Row>(text, values, name);
    },
    async transaction(work, options) {
      await hook(0);
      let statement = 0;
      return database.transaction(async (tx) => {
        // It waits while another worker plans: however slow the machine is, that is no fault of this world.
        await tx.query('set local idle_in_transaction_session_timeout = 0');
        const watched: Query = {
          async query<Row extends object>(text: string, values?: readonly unknown[], name?: string) {
            statement += 1;
            await hook(statement);
            return tx.query<Row>(text, values, name);
          },
        };
        const result = await work(watched);
        await hook('before-commit');
        return result;
      }, options);
    },
  };
}
