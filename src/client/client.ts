import type { Operations, Problem } from './api.ts';

export interface ClientOptions {
  /** Before every path; left out, the page's own origin, whose cookie then signs the calls. */
  readonly baseUrl?: string;
  /** With every call: `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the `fetch` of browsers and Node. */
  readonly fetch?: typeof fetch;
  /** Default: 30 s. */
  readonly timeLimitMs?: number;
}

/** A name of an operation: its method and path, as in the OpenAPI document. */
export type OperationName = keyof Operations;

/** What an operation is given: its path, query, headers and body, of which those without need may be left out. */
export type Input<Name extends OperationName> = Part<'path', Operations[Name]['path']> &
  Part<'query', Operations[Name]['query']> &
  Part<'header', Operations[Name]['header']> &
  Part<'body', Operations[Name]['body']> &
  Part<'form', Operations[Name]['form']> & { readonly signal?: AbortSignal };

/** What came of a call. A problem of the API and a service that cannot be reached are values too. */
export type Answer<Body> =
  | { readonly ok: true; readonly status: number; readonly body: Body; readonly headers: Headers }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

export type AnswerOf<Name extends OperationName> = Answer<Operations[Name]['answer']>;

/** The operations that answer one page of a list. */
export type ListName = {
  [Name in OperationName]: Operations[Name]['answer'] extends Page ? Name : never;
}[OperationName];

export interface Client {
  /** Throws only what its own `signal` is aborted with. */
  call<Name extends OperationName>(name: Name, ...input: Given<Name>): Promise<AnswerOf<Name>>;
  /** Page after page from the one that is asked for to the last. A problem ends it and is its last value. */
  pages<Name extends ListName>(name: Name, ...input: Given<Name>): AsyncGenerator<AnswerOf<Name>, void, void>;
}

/** The status and slug of a problem that is none of the API: nothing, or nothing that can be read, came back. */
export const UNREACHABLE = { status: 0, type: 'urn:tidewatt:problem:unreachable' } as const;

const TIME_LIMIT_MS = 30_000;

/** Calls the API with the types of its OpenAPI document, in browsers and in Node. */
export function makeClient(options: ClientOptions = {}): Client {
  async function call<Name extends OperationName>(
    name: Name,
    ...[input]: Given<Name>
  ): Promise<AnswerOf<Name>> {
    const answer = await send(name, input ?? {}, options);
    // The document says what comes with a status of success; the service's own tests hold it to that.
    return answer as AnswerOf<Name>;
  }

  async function* pages<Name extends ListName>(
    name: Name,
    ...[input]: Given<Name>
  ): AsyncGenerator<AnswerOf<Name>, void, void> {
    let given: AnyInput = input ?? {};
    while (true) {
      const answer = await send(name, given, options);
      yield answer as AnswerOf<Name>;
      // It is a list's: every body of one has its cursors.
      const after = answer.ok ? (answer.body as Page).pagination.after : null;
      if (after === null) return;
      given = { ...given, query: { ...given.query, after, before: undefined } };
    }
  }

  return { call, pages };
}

interface Page {
  readonly data: readonly unknown[];
  readonly pagination: { readonly after: string | null; readonly before: string | null };
}

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { readonly [K in Key]?: undefined }
  : object extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value };

type Given<Name extends OperationName> =
  object extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>];

/** Any operation's, when types no longer matter. */
interface AnyInput {
  readonly path?: object;
  readonly query?: object;
  readonly header?: object;
  readonly body?: unknown;
  readonly form?: object;
  readonly signal?: AbortSignal;
}

async function send(name: string, input: AnyInput, options: ClientOptions): Promise<Answer<unknown>> {
  const [method, template] = name.split(' ');
  const url = `${options.baseUrl ?? ''}${pathOf(template ?? '', input.path)}${queryOf(input.query)}`;
  const limit = AbortSignal.timeout(options.timeLimitMs ?? TIME_LIMIT_MS);
  const signal = input.signal === undefined ? limit : AbortSignal.any([limit, input.signal]);
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method,
      headers: { ...options.headers, ...bodyType(input), ...input.header },
      body: bodyOf(input),
      signal,
      credentials: 'same-origin',
    });
    return await answerOf(response);
  } catch (error) {
    input.signal?.throwIfAborted();
    return unreachable(error instanceof Error ? error.message : String(error));
  }
}

function pathOf(template: string, path: object = {}): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(Reflect.get(path, name))),
  );
}

/** Lists are joined by commas; what is undefined or null is left out. */
function queryOf(query: object = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) given.append(name, String(value));
  }
  return given.size === 0 ? '' : `?${given}`;
}

function bodyType({ body, form }: AnyInput): Record<string, string> {
  if (form !== undefined) return { 'content-type': 'application/x-www-form-urlencoded' };
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

function bodyOf({ body, form }: AnyInput): string | undefined {
  if (form !== undefined) return queryOf(form).slice(1);
  return body === undefined ? undefined : JSON.stringify(body);
}

async function answerOf(response: Response): Promise<Answer<unknown>> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /^application\/(?:problem\+)?json\b/.test(headers.get('content-type') ?? '');
  const body: unknown = isJson ? JSON.parse(text) : text === '' ? undefined : text;
  if (response.ok) return { ok: true, status, body, headers };
  return isProblem(body)
    ? { ok: false, status, problem: body }
    : unreachable(`Something in between answered ${status}.`);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, 'type') === 'string';
}

function unreachable(reason: string): Answer<never> {
  const problem: Problem = {
    ...UNREACHABLE,
    title: 'Unreachable',
    detail: `The service did not answer: ${reason}`,
  };
  return { ok: false, status: UNREACHABLE.status, problem };
}
