import type { JsonSchema } from './json-schema.ts';

/**
 * The types of the client (`src/client/api.ts`) as TypeScript, from the document: one for each component, and for
 * each operation what goes into its path, query, headers and body, and what it answers when it succeeds.
 * @throws where the document has a kind of schema that is not known here.
 */
export function clientTypesOf(document: object): string {
  // Plain data, as it is served.
  const { components, paths }: Plain = JSON.parse(JSON.stringify(document));
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description, '')}export type ${name} = ${typeOf(schema, '')};\n`,
  );
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      operationOf(`${method.toUpperCase()} ${path}`, operation),
    ),
  );
  return [
    '// Written by "npm run client" from the OpenAPI document. Not by hand: a test compares the two.\n',
    ...schemas,
    `/** Every operation by method and path. */\nexport interface Operations {\n${operations.join('')}}\n`,
  ].join('\n');
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Plain {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const FORM = 'application/x-www-form-urlencoded';

function operationOf(name: string, operation: Operation): string {
  const content = operation.requestBody?.content ?? {};
  const bodyOf = (type: string): string => {
    const schema = content[type]?.schema;
    return schema === undefined ? 'undefined' : typeOf(schema, '    ');
  };
  return [
    comment(operation.summary, '  '),
    `  '${name}': {\n`,
    ...(['path', 'query', 'header'] as const).map((place) => parametersOf(operation, place)),
    `    readonly body: ${bodyOf('application/json')};\n`,
    `    readonly form: ${bodyOf(FORM)};\n`,
    `    readonly answer: ${answerOf(operation)};\n`,
    '  };\n',
  ].join('');
}

function parametersOf({ parameters = [] }: Operation, place: 'path' | 'query' | 'header'): string {
  const fields = parameters.filter((parameter) => parameter.in === place);
  if (fields.length === 0) return `    readonly ${place}: undefined;\n`;
  const lines = fields.map(({ name, required, description, schema }) =>
    field(name, { description, ...schema }, required === true, '      '),
  );
  return `    readonly ${place}: {\n${lines.join('')}    };\n`;
}

/** What comes with a status of success: JSON parsed, other types as text, undefined where there is no body. */
function answerOf({ responses }: Operation): string {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => {
      if (content === undefined) return 'undefined';
      const schema = content['application/json']?.schema;
      return schema === undefined ? 'string' : typeOf(schema, '    ');
    });
  return [...new Set(types)].join(' | ');
}

function typeOf(schema: JsonSchema, indent: string): string {
  const { $ref, type, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return literal(schema.const);
  const variants = oneOf ?? anyOf;
  // Where a type stands beside variants it says how a parameter is written, and is the narrower one.
  if (variants !== undefined && type !== 'array') {
    return variants.map((variant) => typeOf(variant, indent)).join(' | ');
  }
  if (allOf !== undefined) return allOf.map((part) => typeOf(part, indent)).join(' & ');
  if (type === undefined) return 'unknown';
  return [type]
    .flat()
    .map((one) => typeOfKind(one, schema, indent))
    .join(' | ');
}

function typeOfKind(kind: string, schema: JsonSchema, indent: string): string {
  switch (kind) {
    case 'null':
    case 'boolean':
      return kind;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return schema.enum === undefined ? 'string' : schema.enum.map(literal).join(' | ');
    case 'array':
      return `readonly ${inBrackets(typeOf(schema.items ?? {}, indent))}[]`;
    case 'object':
      return objectOf(schema, indent);
    default:
      throw new Error(`expected a type of JSON Schema, got ${JSON.stringify(kind)}`);
  }
}

function objectOf({ properties, required = [], additionalProperties }: JsonSchema, indent: string): string {
  if (properties === undefined) {
    const values =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
    return `Readonly<Record<string, ${values}>>`;
  }
  const lines = Object.entries(properties).map(([name, schema]) =>
    field(name, schema, required.includes(name), `${indent}  `),
  );
  return `{\n${lines.join('')}${indent}}`;
}

function field(name: string, schema: JsonSchema, isRequired: boolean, indent: string): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
  const text = schema.$ref === undefined ? schema.description : undefined;
  return `${comment(text, indent)}${indent}readonly ${key}${isRequired ? '' : '?'}: ${typeOf(schema, indent)};\n`;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value);
}

function inBrackets(type: string): string {
  return type.includes(' | ') || type.startsWith('readonly ') ? `(${type})` : type;
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /')} */\n`;
}
