import { z } from 'zod';
import { text, uuid } from './scalars.ts';

/** The query fields of every list. Both cursors at once are refused where the whole query is known. */
export const pageQuery = {
  after: text(500).optional().meta({ description: 'Cursor of the next page. Not together with `before`.' }),
  before: text(500).optional().meta({ description: 'Cursor of the page before. Not together with `after`.' }),
  pageSize: z
    .string()
    .regex(/^\d{1,4}$/, 'expected a whole number from 1 to 100')
    .transform(Number)
    .refine((count) => count >= 1 && count <= 100, 'expected a whole number from 1 to 100')
    .optional()
    .meta({
      description: '1 to 100; 50 when left out.',
      example: '50',
      override: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    }),
};

export const PAGE_SIZE_DEFAULT_COUNT = 50;
export const PAGE_SIZE_MAX_COUNT = 100;

/** Names for a page of something else: those of these ids alone. */
export const idsQuery = {
  ids: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(uuid).max(PAGE_SIZE_MAX_COUNT, `expected at most ${PAGE_SIZE_MAX_COUNT} ids`))
    .optional()
    .meta({
      description: `These alone, given several times or with commas between; at most ${PAGE_SIZE_MAX_COUNT}. Then a page holds them all unless pageSize says otherwise; those that are not there are left out.`,
      override: ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) => {
        delete jsonSchema.anyOf;
        Object.assign(jsonSchema, {
          type: 'array',
          maxItems: PAGE_SIZE_MAX_COUNT,
          items: { type: 'string', format: 'uuid' },
        });
      },
    }),
};

/** One page of a list; a null cursor means nothing on that side. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    pagination: z.object({ after: z.string().nullable(), before: z.string().nullable() }),
  });
}
