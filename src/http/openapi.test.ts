import { describe, expect, it } from 'vitest';
import type { Route } from './define-route.ts';
import { docsPageOf } from './docs-page.ts';
import { exampleOf, type JsonSchema } from './json-schema.ts';
import { openApiOf } from './openapi.ts';
import { operationsRoutes } from './operations-routes.ts';
import { apiRoutes } from './server.ts';

const routes: readonly Route[] = [...apiRoutes, ...operationsRoutes];
// Plain data, as it is served.
const document = JSON.parse(JSON.stringify(openApiOf(routes)));

interface Found {
  readonly path: string;
  readonly value: Record<string, unknown>;
}

function objectsIn(value: unknown, path = '#'): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, part]) => objectsIn(part, `${path}/${key}`));
  return Array.isArray(value) ? inner : [{ path, value: { ...value } }, ...inner];
}

describe('the OpenAPI document', () => {
  it('has every operation once, with an id and a tag of its own', () => {
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
      Object.values(item).map((operation) => operation.operationId),
    );
    expect(ids).toHaveLength(routes.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.openapi).toBe('3.1.0');
  });

  it('resolves every reference', () => {
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    const references = objectsIn(document).flatMap(({ value }) =>
      typeof value.$ref === 'string' ? [value.$ref] : [],
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => !known.includes(reference))).toEqual([]);
  });

  it.each(routes.map(({ spec }) => [`${spec.method} ${spec.path}`, spec] as const))(
    '%s declares the parameters of its path',
    (_name, spec) => {
      const operation = document.paths[spec.path][spec.method.toLowerCase()];
      const declared = (operation.parameters ?? [])
        .filter((parameter: { in: string }) => parameter.in === 'path')
        .map((parameter: { name: string }) => parameter.name);
      expect(declared.sort()).toEqual([...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort());
    },
  );

  it.each(
    routes.flatMap(({ spec }) =>
      spec.body === undefined ? [] : [[`${spec.method} ${spec.path}`, spec] as const],
    ),
  )('%s has an example body that it would take', (_name, spec) => {
    const [content] = Object.values<{ schema: JsonSchema }>(
      document.paths[spec.path][spec.method.toLowerCase()].requestBody.content,
    );
    const example = exampleOf(content?.schema ?? {}, document.components.schemas);
    expect(spec.body?.safeParse(example)).toMatchObject({ success: true });
  });

  it('closes requests and leaves answers open', () => {
    const { PolicyIn, Policy, Session } = document.components.schemas;
    expect(PolicyIn.additionalProperties).toBe(false);
    expect(Policy).not.toHaveProperty('additionalProperties');
    expect(Session.properties.statistics).not.toHaveProperty('additionalProperties');
  });

  it('tells variants apart by their type', () => {
    expect(document.components.schemas.TargetOverride).toMatchObject({
      oneOf: [
        { $ref: '#/components/schemas/ImmediateStartOverride' },
        { $ref: '#/components/schemas/RegularOverride' },
      ],
      discriminator: {
        propertyName: 'type',
        mapping: {
          IMMEDIATE_START: '#/components/schemas/ImmediateStartOverride',
          REGULAR: '#/components/schemas/RegularOverride',
        },
      },
    });
  });

  it('has no unknown fields in requests', () => {
    for (const { spec } of routes) {
      if (spec.body === undefined || spec.bodyType === 'form') continue;
      const result = spec.body.safeParse({ surprise: 1 });
      expect(result.success).toBe(false);
    }
  });
});

describe('the readable page', () => {
  const page = docsPageOf(openApiOf(routes));

  it('shows every operation and asks for nothing outside', () => {
    for (const { spec } of routes) expect(page).toContain(`${spec.method} ${spec.path}`);
    expect(page).not.toMatch(/<script|src=|https?:\/\/(?!example\.com)/);
    expect(page).not.toContain('undefined');
  });

  it('links only to what is there', () => {
    const targets = new Set([...page.matchAll(/id="([^"]+)"/g)].map((match) => match[1]));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !targets.has(link))).toEqual([]);
  });
});
