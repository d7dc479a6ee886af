import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { No } from '../app/result.ts';
import type { Access } from '../app/tokens.ts';
import type { Issue } from '../wire/problem.ts';
import { uuid } from '../wire/scalars.ts';
import type { HttpContext } from './http-context.ts';

/** One kind of answer that an operation gives; problems are not listed, any operation may give them. */
export interface AnswerSpec {
  readonly description: string;
  /** Left out: no body. */
  readonly schema?: z.ZodType;
  /** Default application/json; with another one the body is a text, sent as it is. */
  readonly contentType?: string;
}

export interface RouteSpec<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answers extends Readonly<Record<number, AnswerSpec>> = Readonly<Record<number, AnswerSpec>>,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces, as in OpenAPI. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** No token is asked for. */
  readonly isPublic?: boolean;
  /** It sets the cookie of a page: one of another origin is refused. */
  readonly signsIn?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  /** Those that only this operation looks at, for the document; the handler reads them by `header`. */
  readonly headers?: z.ZodObject;
  readonly body?: Body;
  /** What the document shows, where the handler checks more than `body` does. */
  readonly shownBody?: z.ZodType;
  /** Default json. */
  readonly bodyType?: 'json' | 'form';
  readonly bodyLimitBytes?: number;
  /** Default: an Idempotency-Key is honoured on POST and PUT. */
  readonly idempotency?: 'required' | 'none';
  /** If-Match is honoured, and the answers carry an ETag. */
  readonly hasVersions?: boolean;
  readonly answers: Answers;
}

/** What a handler gets: checked, and with the types of the schemas. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Whose token it is; empty on public routes. */
  readonly clientId: string;
  /** The token itself; null on public routes. */
  readonly access: Access | null;
  /** Our own, as it was asked. */
  readonly origin: string;
  /** Does the request want to change this version? Always, without If-Match. */
  readonly isWanted: (version: number) => boolean;
  readonly header: (name: string) => string | undefined;
}

type BodyOf<Spec> = Spec extends { readonly schema: infer Schema extends z.ZodType }
  ? { readonly body: z.input<Schema> }
  : { readonly body?: undefined };

/** A text with a type of its own may come piece by piece. */
type StreamOf<Spec> = Spec extends { readonly contentType: string }
  ? { readonly body?: undefined; readonly stream: Readable }
  : never;

type AnswerOf<Answers> = {
  [Status in keyof Answers]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
  } & (BodyOf<Answers[Status]> | StreamOf<Answers[Status]>);
}[keyof Answers];

/** An answer whose types were checked where it was made. */
interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly stream?: Readable;
}

/** A "no" of the domain, or of the token call, whose codes are those of RFC 6749. */
export type HttpNo =
  | (No & { readonly error?: string })
  | {
      readonly kind: 'unauthorized';
      readonly detail: string;
      readonly error?: string;
      /** For WWW-Authenticate. */
      readonly challenge: string;
    };

export interface Refused {
  readonly ok: false;
  readonly no: HttpNo;
}

/** A request as it came, before any check. */
interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly clientId: string;
  readonly access: Access | null;
  readonly origin: string;
  readonly isWanted: (version: number) => boolean;
  readonly header: (name: string) => string | undefined;
}

/** An operation: what documents it, and what carries it out. */
export interface Route {
  readonly spec: RouteSpec;
  /** Checks a request; what it gives carries it out. */
  prepare(
    raw: RawInput,
  ): { readonly ok: true; readonly run: (context: HttpContext) => Promise<RouteAnswer | Refused> } | Refused;
}

/**
 * An operation from its schemas: they check the request, type the handler, and make the OpenAPI document. In two
 * calls, so that the literal types of the first reach the handler of the second.
 */
export function defineRoute<
  const Answers extends Readonly<Record<number, AnswerSpec>>,
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<Params, Query, Body, Answers>) {
  return (
    handle: (
      input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>>,
      context: HttpContext,
    ) => Promise<AnswerOf<Answers> | Refused>,
  ): Route => {
    const params: z.ZodType = spec.params ?? NO_FIELDS;
    const query: z.ZodType = spec.query ?? NO_FIELDS;
    return {
      spec,
      prepare(raw) {
        const checkedParams = params.safeParse(raw.params);
        if (!checkedParams.success) return paramsNo(spec.params, raw.params, checkedParams.error);
        const checkedQuery = query.safeParse(raw.query);
        if (!checkedQuery.success) return no('The query is not in order.', checkedQuery.error);
        const checkedBody = (spec.body ?? ANY_BODY).safeParse(raw.body);
        if (!checkedBody.success) return no('The body is not in order.', checkedBody.error);
        const input = {
          ...raw,
          // Each was made by its own schema just above.
          params: checkedParams.data as z.output<Params>,
          query: checkedQuery.data as z.output<Query>,
          body: checkedBody.data as z.output<Body>,
        };
        // An answer of the spec is one of any spec.
        return { ok: true, run: (context) => handle(input, context) as Promise<RouteAnswer | Refused> };
      },
    };
  };
}

const NO_FIELDS = z.strictObject({});
/** A body where none is asked for is not looked at. */
const ANY_BODY = z.unknown().transform(() => undefined);
const ISSUES_MAX_COUNT = 50;

/** What is no uuid is the id of nothing: not found rather than malformed. */
function paramsNo(schema: z.ZodObject | undefined, raw: unknown, error: z.ZodError): Refused {
  const name = String(error.issues[0]?.path[0] ?? '');
  if (schema?.shape[name] === uuid) {
    const given: unknown = Object(raw)[name];
    const detail = `There is no ${name.replace(/Id$/, '')} ${JSON.stringify(given)}: its id would be a uuid.`;
    return { ok: false, no: { kind: 'not-found', detail } };
  }
  return no('The path is not in order.', error);
}

function no(detail: string, error: z.ZodError): Refused {
  const issues = error.issues.flatMap(issuesOf).slice(0, ISSUES_MAX_COUNT);
  const refusal: No = { kind: 'bad-request', detail, issues };
  return { ok: false, no: refusal };
}

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown field' }));
  }
  if (issue.code === 'invalid_union') return variantIssues(path, issue.errors);
  return [{ path: path.join('.'), message: issue.message }];
}

/** Of variants told apart by `type`, what is wrong with the one that was meant. */
function variantIssues(path: readonly string[], errors: readonly z.core.$ZodIssue[][]): Issue[] {
  const inner = (issues: readonly z.core.$ZodIssue[]): Issue[] =>
    issues.flatMap(issuesOf).map((one) => ({ ...one, path: [...path, one.path].filter(Boolean).join('.') }));
  const isOfType = (issue: z.core.$ZodIssue): boolean => issue.path.length === 1 && issue.path[0] === 'type';
  const meant = errors.find((issues) => !issues.some(isOfType));
  if (meant !== undefined) return inner(meant);
  const types = errors.flat().flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  if (types.length === 0) return inner(errors[0] ?? []);
  const message = `expected one of ${types.map((type) => JSON.stringify(type)).join(', ')}`;
  return [{ path: [...path, 'type'].join('.'), message }];
}
