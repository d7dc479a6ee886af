import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../app/tokens.ts';
import type { StoredAnswer } from '../store/idempotency.ts';
import { rawBodyOf } from './body-parsers.ts';
import type { Route } from './define-route.ts';
import type { HttpContext } from './http-context.ts';
import { idempotent } from './idempotent.ts';
import { takesKey } from './openapi.ts';
import { type ProblemAnswer, problem, problemOfNo } from './problems.ts';
import { ownOriginOf } from './session-cookie.ts';
import { wantedBy } from './versions.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An answer that is sent piece by piece. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Readable;
}

/** Checks a request, and carries it out: once, where it has an Idempotency-Key. */
export async function answerRequest(
  route: Route,
  request: FastifyRequest,
  access: Access | null,
  context: HttpContext,
  onAnswer: ((route: Route, status: number, body: unknown) => void) | undefined,
): Promise<StoredAnswer | StreamAnswer | ProblemAnswer> {
  const { spec } = route;
  const clientId = access?.clientId ?? '';
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const prepared = route.prepare({
    params: request.params,
    query: request.query,
    body: request.body,
    clientId,
    access,
    origin: ownOriginOf(request),
    isWanted: wantedBy(header('if-match')),
    header,
  });
  if (!prepared.ok) return problemOfNo(prepared.no);
  const run = async (): Promise<StoredAnswer> => {
    const answer = await runAny();
    if ('stream' in answer) throw new Error(`expected an answer of ${spec.path} that can be kept`);
    return answer;
  };
  const runAny = async (): Promise<StoredAnswer | StreamAnswer> => {
    const answer = await prepared.run(context);
    if ('ok' in answer) return stored(problemOfNo(answer.no));
    if (answer.stream !== undefined) {
      const type = spec.answers[answer.status]?.contentType ?? 'application/octet-stream';
      const headers = { ...answer.headers, 'content-type': type };
      return { status: answer.status, headers, stream: answer.stream };
    }
    onAnswer?.(route, answer.status, answer.body);
    const contentType = spec.answers[answer.status]?.contentType;
    const body = contentType === undefined ? JSON.stringify(answer.body ?? null) : String(answer.body);
    const headers: Record<string, string> = { ...answer.headers };
    if (answer.status !== 204) headers['content-type'] = contentType ?? JSON_TYPE;
    return { status: answer.status, headers, body };
  };
  const key = takesKey(spec) ? header('idempotency-key') : undefined;
  if (key !== undefined) {
    const { method, url } = request;
    return idempotent(context.deps, { clientId, key, method, url, body: rawBodyOf(request) }, run);
  }
  if (spec.idempotency === 'required') {
    const message = 'expected the header Idempotency-Key';
    return problem('bad-request', 'This call needs an Idempotency-Key.', {
      issues: [{ path: 'Idempotency-Key', message }],
    });
  }
  return runAny();
}

/** A problem as an answer that can be kept for its key. */
function stored({ problem: body, headers }: ProblemAnswer): StoredAnswer {
  return {
    status: body.status,
    headers: { 'content-type': PROBLEM_TYPE, ...headers },
    body: JSON.stringify(body),
  };
}
