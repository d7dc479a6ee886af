import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asStored } from './as-stored.ts';
import { describeOnDatabases } from './testing/databases.ts';

describeOnDatabases('a value as it is stored', (database) => {
  it('is what jsonb gives back, the order of its keys included', async () => {
    const key = fc.stringMatching(/^[a-z_-][a-zA-Z0-9_-]{0,9}$/);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constantFrom('', 'é', 'W/m²', '2026-01-05'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 6 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const [row] = await database().query<{ read: unknown }>('select $1::jsonb as read', [
          JSON.stringify(given),
        ]);
        expect(JSON.stringify(asStored(given))).toBe(JSON.stringify(row?.read));
      }),
      { numRuns: 200 },
    );
  });
});
