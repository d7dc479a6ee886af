import { deleteWebhook as deleteRow, lockWebhook } from '../store/webhooks.ts';
import type { Deps } from './deps.ts';
import { decide, no, type Result, yes } from './result.ts';

/** Deletes a subscription with its cursors and its log. A delivery that is under way is not called back. */
export async function deleteWebhook(deps: Deps, clientId: string, webhookId: string): Promise<Result<null>> {
  return decide(deps.database, async (tx) => {
    await lockWebhook(tx, clientId, webhookId);
    const wasThere = await deleteRow(tx, clientId, webhookId);
    return wasThere ? yes(null) : no('not-found', `There is no webhook ${webhookId}.`);
  });
}
