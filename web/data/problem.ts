import type { Problem } from '../../src/client/api.ts';

/** The service said no: RFC 9457, with the id under which the service logged it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly detail: string;
  readonly issues: NonNullable<Problem['issues']>;
  readonly requestId: string | null;

  constructor(problem: Problem, requestId: string | null) {
    super(problem.detail);
    this.status = problem.status;
    this.detail = problem.detail;
    this.issues = problem.issues ?? [];
    this.requestId = requestId;
  }
}

/** Nothing came back: the service or the network is away. */
export class AwayError extends Error {
  override readonly name = 'AwayError';
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
