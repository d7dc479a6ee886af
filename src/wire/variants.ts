import { z } from 'zod';

interface VariantsMeta {
  readonly id?: string;
  readonly description?: string;
}

/**
 * Objects told apart by their field `type`. A plain union, because zod-openapi 5.4 cannot render the discriminated
 * unions of zod 4.6; `type` still names the variant in the document and in the issues of a refused request.
 */
export function variants<const Options extends readonly [z.ZodObject, z.ZodObject, ...z.ZodObject[]]>(
  options: Options,
  meta: VariantsMeta = {},
): z.ZodUnion<Options> {
  return z.union(options).meta({
    ...meta,
    override: ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      const { anyOf } = jsonSchema;
      if (anyOf === undefined) return;
      delete jsonSchema.anyOf;
      // Each variant is a component of its own, in the order of the options.
      const mapping = Object.fromEntries(anyOf.map(({ $ref }, index) => [typeOf(options[index]), $ref]));
      const discriminator = { propertyName: 'type', mapping };
      Object.assign(jsonSchema, { type: 'object', oneOf: anyOf, discriminator });
    },
  });
}

/** The literal by which a variant is told. */
function typeOf(option: z.ZodObject | undefined): string {
  const { type } = option?.shape ?? {};
  if (!(type instanceof z.ZodLiteral)) throw new Error('expected a literal `type` in each variant');
  return String(type.value);
}
