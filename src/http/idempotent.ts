import { createHash } from 'node:crypto';
import type { Deps } from '../app/deps.ts';
import { DAY_MS, MINUTE_MS } from '../domain/units.ts';
import { claimKey, releaseKey, type StoredAnswer, storeAnswer } from '../store/idempotency.ts';
import { type ProblemAnswer, problem } from './problems.ts';

/** A finished answer is kept so long. */
const KEPT_MS = DAY_MS;
/** A request without an answer for so long ended with its process, and may be sent again. */
const STUCK_MS = 2 * MINUTE_MS;

export interface KeyedRequest {
  readonly clientId: string;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  /** As it came. */
  readonly body: string;
}

/**
 * Carries a request out once for its key: the same request again gets the stored answer, another one with the key is
 * refused. Keys go by the real clock. An answer of 500 or above is not kept.
 */
export async function idempotent(
  deps: Deps,
  request: KeyedRequest,
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer | ProblemAnswer> {
  const { method, url, body, ...key } = request;
  if (!/^[\x21-\x7e]{1,255}$/.test(key.key)) {
    const message = 'expected 1 to 255 visible ASCII characters';
    return problem('bad-request', 'The Idempotency-Key is not in order.', {
      issues: [{ path: 'Idempotency-Key', message }],
    });
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([method, url, body]))
    .digest();
  const limits = { keptMs: KEPT_MS, stuckMs: STUCK_MS };
  const claim = await claimKey(deps.database, key, hash, deps.realClock.nowMs(), limits);
  switch (claim.kind) {
    case 'done':
      return { ...claim.answer, headers: { ...claim.answer.headers, 'idempotent-replay': 'true' } };
    case 'other-request':
      return problem('unprocessable', 'The Idempotency-Key was used with another request.');
    case 'running':
      return problem(
        'conflict',
        'A request with this Idempotency-Key is still running.',
        {},
        { 'retry-after': '1' },
      );
    case 'new':
      return carryOut(deps, key, run);
  }
}

async function carryOut(
  deps: Deps,
  key: { readonly clientId: string; readonly key: string },
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  try {
    const answer = await run();
    if (answer.status >= 500) await releaseKey(deps.database, key);
    else await storeAnswer(deps.database, key, answer);
    return answer;
  } catch (error) {
    // Where this fails too, the key is free again after two minutes; the first error says what happened.
    await releaseKey(deps.database, key).catch(() => {});
    throw error;
  }
}
