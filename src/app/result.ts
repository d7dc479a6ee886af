import { PERSON_WAIT_MAX_MS } from '../domain/rules.ts';
import type { Database, Query } from '../store/database.ts';

/** A "no" of the domain; HTTP turns it into a problem through one table. */
export interface No {
  readonly kind: 'bad-request' | 'not-found' | 'conflict' | 'precondition-failed';
  readonly detail: string;
  /** What of the request it is about; the path joins names and indexes with dots. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly no: No };

export function yes<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function no(kind: No['kind'], detail: string, issues?: No['issues']): { ok: false; no: No } {
  return { ok: false, no: { kind, detail, ...(issues === undefined ? {} : { issues }) } };
}

/** One transaction that a "no" rolls back. It waits as long as a person may (engine.md §1) for a lock that somebody else holds. */
export async function decide<Value>(
  database: Database,
  work: (tx: Query) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  try {
    return await database.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = ${PERSON_WAIT_MAX_MS}`);
      const result = await work(tx);
      if (!result.ok) throw new RolledBack(result.no);
      return result;
    });
  } catch (error) {
    if (error instanceof RolledBack) return { ok: false, no: error.no };
    throw error;
  }
}

/** Carries a "no" out of a transaction; never leaves this file. */
class RolledBack extends Error {
  readonly no: No;
  constructor(reason: No) {
    super(reason.detail);
    this.no = reason;
  }
}
