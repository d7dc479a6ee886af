/** What the API gives and takes: the types of its OpenAPI document, with the few that have no name there. */
import type { Operations, Session } from '../../src/client/api.ts';

export type * from '../../src/client/api.ts';

export type SignInOptions = Operations['GET /auth/options']['answer'];

/** Of the live stream. */
export type SessionEvent =
  | { readonly event: 'flex:session:updated'; readonly session: Session }
  | { readonly event: 'flex:session:deleted'; readonly sessionId: string; readonly policyId: string };

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly pagination: { readonly after: string | null; readonly before: string | null };
}
