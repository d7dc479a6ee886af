import {
  type Answer,
  type AnswerOf,
  type Input,
  makeClient,
  type OperationName,
} from '../../src/client/client.ts';
import { heardServerTime } from './clock.ts';
import { AwayError, RefusedError } from './problem.ts';
import { signedOut } from './who.ts';

type Given<Name extends OperationName> =
  object extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>];
type Body<Name extends OperationName> = AnswerOf<Name> extends Answer<infer Value> ? Value : never;

/**
 * One operation of the API under this page's cookie, by its name in the OpenAPI document. A "no" is thrown as
 * RefusedError, silence as AwayError, and a 401 signs the page out, wherever it comes from.
 */
export async function ask<Name extends OperationName>(
  name: Name,
  ...given: Given<Name>
): Promise<Body<Name>> {
  return (await askTagged(name, ...given)).value;
}

/** An answer with its version, for the `If-Match` of a change; null where it has none. */
export interface Tagged<Value> {
  readonly value: Value;
  readonly etag: string | null;
}

/** As `ask`, with the version of what is answered. */
export async function askTagged<Name extends OperationName>(
  name: Name,
  ...given: Given<Name>
): Promise<Tagged<Body<Name>>> {
  let requestId: string | null = null;
  const client = makeClient({
    async fetch(url, options) {
      const response = await fetch(url, options);
      heardServerTime(response.headers.get('date'));
      requestId = response.headers.get('x-request-id');
      return response;
    },
  });
  const answer = await client.call(name, ...given);
  // The type argument is the answer's own; the compiler does not follow it through the union.
  if (answer.ok) return { value: answer.body as Body<Name>, etag: answer.headers.get('etag') };
  if (answer.status === 0) throw new AwayError(answer.problem.detail);
  if (answer.status === 401 && name !== SIGN_IN && name !== WHO) signedOut('expired');
  throw new RefusedError(answer.problem, requestId);
}

/** Their 401 is an answer, not the end of a sign-in. */
const SIGN_IN = 'POST /auth/session';
const WHO = 'GET /auth/session';
