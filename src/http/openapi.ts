import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problemSchema } from '../wire/problem.ts';
import type { Route, RouteSpec } from './define-route.ts';
import { COOKIE_NAME } from './session-cookie.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The whole API as one OpenAPI 3.1 document, from the schemas that check the requests. */
export function openApiOf(routes: readonly Route[]): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const { spec } of routes) {
    paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operationOf(spec) };
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'tidewatt',
        version: '1',
        description:
          'EV smart-charging sessions. Instants are RFC 3339 in UTC, energy is kWh, levels are percent, power is kW. ' +
          'Unknown request fields are refused; new fields and new values of enumerations may come in answers.',
      },
      security: [{ oauth2: [] }, { page: [] }],
      paths,
      components: {
        securitySchemes: {
          page: {
            type: 'apiKey',
            in: 'cookie',
            name: COOKIE_NAME,
            description: 'Set by POST /auth/session. A change needs an Origin of our own beside it.',
          },
          oauth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: {} } } },
        },
      },
    },
    {
      // An answer may grow: a client's validator must not choke on a field that came later.
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties;
      },
    },
  );
}

function operationOf(spec: RouteSpec): ZodOpenApiOperationObject {
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      headers: z.object({
        'x-request-id': requestId,
        ...(spec.hasVersions && answer.schema !== undefined ? { ETag: etag } : {}),
      }),
      ...(answer.schema === undefined
        ? {}
        : { content: { [answer.contentType ?? 'application/json']: { schema: answer.schema } } }),
    },
  ]);
  const problems = problemsOf(spec)
    .filter(([status]) => spec.answers[status] === undefined)
    .map(([status, description]) => [
      String(status),
      { description, content: { 'application/problem+json': { schema: problemSchema } } },
    ]);
  return {
    operationId: operationIdOf(spec),
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.isPublic ? { security: [] } : {}),
    requestParams: {
      ...(spec.params === undefined ? {} : { path: spec.params }),
      ...(spec.query === undefined ? {} : { query: spec.query }),
      ...headersOf(spec),
    },
    ...(spec.body === undefined ? {} : { requestBody: bodyOf(spec, spec.shownBody ?? spec.body) }),
    responses: Object.fromEntries([...answers, ...problems]),
  };
}

const requestId = z.string().meta({ description: 'Name it when you ask about this answer.' });
const etag = z.string().meta({ description: 'The version; for If-Match.', example: '"3"' });

function bodyOf(spec: RouteSpec, schema: z.ZodType) {
  const type = spec.bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return { required: true, content: { [type]: { schema } } };
}

function headersOf(spec: RouteSpec): { readonly header?: z.ZodObject } {
  const key = z.string().min(1).max(255).meta({
    description: 'The same key with the same request gets the stored answer, for 24 hours.',
  });
  const header = {
    ...(takesKey(spec) ? { 'Idempotency-Key': spec.idempotency === 'required' ? key : key.optional() } : {}),
    ...(spec.hasVersions && spec.method !== 'GET'
      ? {
          'If-Match': z
            .string()
            .optional()
            .meta({ description: 'An ETag; 412 when it is not the present one.' }),
        }
      : {}),
  };
  const shape = { ...header, ...spec.headers?.shape };
  return Object.keys(shape).length === 0 ? {} : { header: z.object(shape) };
}

/** Is an Idempotency-Key looked at? */
export function takesKey(spec: RouteSpec): boolean {
  return spec.idempotency !== 'none' && (spec.method === 'POST' || spec.method === 'PUT');
}

function problemsOf(spec: RouteSpec): [number, string][] {
  const isChange = spec.method !== 'GET';
  const all: [number, string, boolean][] = [
    [400, 'The request is not in order; `issues` says where.', true],
    [401, 'No valid token.', !spec.isPublic || spec.body !== undefined],
    [403, 'A page of another origin.', spec.signsIn === true || (isChange && !spec.isPublic)],
    [
      404,
      'There is no such thing for this client.',
      !spec.isPublic && (spec.params ?? spec.body) !== undefined,
    ],
    [409, 'It contradicts what is there.', isChange && !spec.isPublic],
    [412, 'It was changed since the version of If-Match.', isChange && spec.hasVersions === true],
    [413, 'The body is too large.', spec.body !== undefined],
    [415, 'The body is of another type.', spec.body !== undefined],
    [422, 'The Idempotency-Key was used with another request.', takesKey(spec)],
    [429, 'Above the rate of this client; see Retry-After.', !spec.isPublic || isChange],
    [500, 'Our mistake.', true],
    [503, 'Try again; see Retry-After.', true],
  ];
  return all.flatMap(([status, description, applies]) => (applies ? [[status, description]] : []));
}

/** `List settled sessions` → `listSettledSessions`. */
function operationIdOf({ summary }: RouteSpec): string {
  const words = summary.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('');
}
