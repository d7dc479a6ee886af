import { exampleOf, type JsonSchema, resolved } from './json-schema.ts';
import type { OpenApiDocument } from './openapi.ts';

/** The document as one readable page: every operation and schema, with examples. It asks for nothing outside. */
export function docsPageOf(document: OpenApiDocument): string {
  // Plain data, as it is served.
  const plain: Plain = JSON.parse(JSON.stringify(document));
  const operations = Object.entries(plain.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const tags = [...new Set(operations.map((operation) => operation.tags[0] ?? ''))];
  const schemas = plain.components.schemas;
  const links = tags.map((tag) => {
    const items = operations
      .filter((operation) => operation.tags[0] === tag)
      .map(({ operationId, summary }) => `<li><a href="#${operationId}">${escaped(summary)}</a></li>`);
    return `<li>${escaped(tag)}<ul>${items.join('')}</ul></li>`;
  });
  const sections = tags.map((tag) => {
    const parts = operations.filter((operation) => operation.tags[0] === tag);
    return `<h2>${escaped(tag)}</h2>${parts.map((one) => operationHtml(one, schemas)).join('')}`;
  });
  const components = Object.entries(schemas)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, schema]) => componentHtml(name, schema, schemas));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>tidewatt API</title><style>${STYLE}</style></head>
<body><nav><ul>${links.join('')}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main><h1>tidewatt API</h1><p>${escaped(plain.info.description)}</p>
<p>The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}<h2 id="schemas">Schemas</h2>${components.join('\n')}</main></body></html>
`;
}

type Schemas = Readonly<Record<string, JsonSchema>>;
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface Plain {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

function operationHtml(
  operation: Operation & { readonly path: string; readonly method: string },
  schemas: Schemas,
): string {
  const {
    operationId,
    method,
    path,
    summary,
    description,
    parameters = [],
    requestBody,
    responses,
  } = operation;
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escaped(one.name)}</code></td><td>${one.in}${one.required ? ', required' : ''}</td>` +
      `<td>${typeHtml(one.schema)}</td><td>${prose(one.description ?? one.schema.description)}</td></tr>`,
  );
  const answers = Object.entries(responses).map(([status, answer]) => {
    const isFine = Number(status) < 400;
    const body = isFine ? contentHtml(answer.content, schemas) : '';
    return `<dt><code>${status}</code></dt><dd>${prose(answer.description)}${body}</dd>`;
  });
  return `<section id="${operationId}"><h3><code>${method} ${escaped(path)}</code> ${escaped(summary)}</h3>
${description === undefined ? '' : `<p>${prose(description)}</p>`}
${operation.security?.length === 0 ? '<p>Without a token.</p>' : ''}
${rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`}
${requestBody === undefined ? '' : `<h4>Body</h4>${contentHtml(requestBody.content, schemas)}`}
<h4>Answers</h4><dl>${answers.join('')}</dl></section>`;
}

function contentHtml(content: Content | undefined, schemas: Schemas): string {
  return Object.entries(content ?? {})
    .map(([type, { schema }]) => {
      const isJson = type === 'application/json';
      const example = isJson ? exampleHtml(exampleOf(schema, schemas)) : '';
      const fields = schema.$ref === undefined ? fieldsHtml(schema, schemas) : '';
      return `<p>${typeHtml(schema)} <small>${escaped(type)}</small></p>${fields}${example}`;
    })
    .join('');
}

function componentHtml(name: string, schema: JsonSchema, schemas: Schemas): string {
  return `<section id="schema-${name}"><h3>${escaped(name)}</h3><p>${prose(schema.description)}</p>
${fieldsHtml(schema, schemas) || `<p>${typeHtml(schema)}</p>`}${exampleHtml(exampleOf(schema, schemas))}</section>`;
}

function fieldsHtml(schema: JsonSchema, schemas: Schemas): string {
  const { properties, required = [] } = resolved(schema, schemas);
  if (properties === undefined) return '';
  const rows = Object.entries(properties).map(([name, field]) => {
    const nested = field.properties === undefined ? '' : fieldsHtml(field, schemas);
    const items = field.items?.properties === undefined ? '' : fieldsHtml(field.items, schemas);
    const alternatives = (field.anyOf ?? []).filter((one) => one.properties !== undefined);
    const inner = nested + items + alternatives.map((one) => fieldsHtml(one, schemas)).join('');
    return (
      `<tr><td><code>${escaped(name)}</code></td><td>${required.includes(name) ? '' : 'optional'}</td>` +
      `<td>${typeHtml(field)}</td><td>${prose(field.description)}${inner}</td></tr>`
    );
  });
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

/** A type in words; a component by its name, as a link. */
function typeHtml(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${name}">${escaped(name)}</a>`;
  }
  if (schema.const !== undefined) return `<code>${escaped(JSON.stringify(schema.const))}</code>`;
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(' ');
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.map(typeHtml).join(' or ');
  const kind = [schema.type ?? 'anything'].flat().join(' or ');
  if (schema.items !== undefined) return `list of ${typeHtml(schema.items)}`;
  const range =
    schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < 1e6
      ? ` ${schema.minimum}–${schema.maximum}`
      : '';
  return escaped(`${kind}${schema.format === undefined ? '' : ` (${schema.format})`}${range}`);
}

function exampleHtml(example: unknown): string {
  if (example === undefined) return '';
  return `<details><summary>Example</summary><pre>${escaped(JSON.stringify(example, null, 2))}</pre></details>`;
}

/** Text with `code` in backticks. */
function prose(text: string | undefined): string {
  return escaped(text ?? '').replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { display: flex; margin: 0; gap: 2rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; flex: 0 0 17rem; box-sizing: border-box; padding: 1rem; font-size: 14px; }
nav ul { list-style: none; padding-left: .8rem; margin: .2rem 0; }
main { flex: 1; min-width: 0; max-width: 60rem; padding: 1rem; }
section { border-top: 1px solid #8884; padding: .5rem 0 1rem; overflow-x: auto; }
p, td { overflow-wrap: anywhere; } td:first-child { overflow-wrap: normal; }
h3 code { font-size: 1rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td { border-top: 1px solid #8883; padding: .2rem .8rem .2rem 0; vertical-align: top; }
pre { background: #8881; padding: .8rem; overflow: auto; }
dt { float: left; clear: left; width: 3rem; } dd { margin-left: 3.5rem; }
a { color: inherit; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } }
`;
