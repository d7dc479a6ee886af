import { eraseUser as eraseRows, lockUser } from '../store/users.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Erases a user and everything that is that user's, the log and stored events included. Nothing is told of it. */
export async function eraseUser(deps: Deps, clientId: string, userId: string): Promise<Result<null>> {
  return decide(deps.database, async (tx) => {
    await lockUser(tx, clientId, userId);
    const wasThere = await eraseRows(tx, clientId, userId);
    return wasThere ? yes(null) : no('not-found', `Nothing is stored of a user ${userId}.`);
  });
}
