import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createWebhook } from '../app/create-webhook.ts';
import { deliverDue } from '../app/deliver-webhooks.ts';
import { makeWebhookWorld, SECRET, type WebhookWorld } from '../app/testing/webhook-world.ts';
import { sessionBody } from '../bench/session-body.ts';
import { appendEvents, assignPositions } from '../store/events.ts';
import { type TestDatabase, type TestStore, testDatabases } from '../store/testing/databases.ts';
import { readDeliveries } from '../store/webhook-deliveries.ts';

const GUIDE = readFileSync(new URL('../../docs/guides/webhooks.md', import.meta.url), 'utf8');
const SESSION = '01970000-0000-7000-8000-00000000000a';

function codeOf(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language} receiver\n(.*?)\n\`\`\``, 's').exec(GUIDE) ?? [];
  if (code === undefined) throw new Error(`the guide has no receiver in ${language}`);
  return code;
}

const RECEIVERS = [
  { language: 'js', command: process.execPath, args: ['--input-type=module', '-e', codeOf('js')] },
  { language: 'python', command: 'python3', args: ['-c', codeOf('python')] },
];
const store = testDatabases().find(({ missing }) => missing === null) as TestDatabase;

describe("the guide's receivers", () => {
  let database: TestStore;
  let world: WebhookWorld;
  let child: ChildProcess | null = null;
  beforeAll(async () => {
    database = await store.create();
    world = makeWebhookWorld(database, Date.parse('2025-06-10T18:00:00Z'));
  });
  afterEach(() => child?.kill());
  afterAll(async () => {
    await world.close();
    await store.drop(database);
  });

  for (const { language, command, args } of RECEIVERS) {
    const isThere = spawnSync(command, ['--version']).status === 0;
    test.skipIf(!isThere).each(['single', 'batch'] as const)(
      `${language} takes a real %s delivery once, and refuses another secret`,
      async (format) => {
        child = spawn(command, args, {
          env: { ...process.env, PORT: '0', WEBHOOK_SECRET: SECRET },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const lines: string[] = [];
        const reader = createInterface({ input: child.stdout ?? process.stdin });
        const [first] = await once(reader, 'line');
        const port = /listening on (\d+)/.exec(String(first))?.[1];
        reader.on('line', (line) => lines.push(line));

        const clientId = await world.newClient();
        const created = await createWebhook(world.deps, clientId, {
          url: `http://127.0.0.1:${port}/`,
          secret: SECRET,
          format,
        });
        if (!created.ok) throw new Error(created.no.detail);
        const { id } = created.value;
        await tell(clientId, [1, 2, 3]);
        await deliverDue(world.deps);
        // The same once more: known already.
        await database.query('update webhook_cursors set position = 1, batch = null where client_id = $1', [
          clientId,
        ]);
        await tell(clientId, [4]);
        const last = once(reader, 'line', { signal: AbortSignal.timeout(10_000) });
        await deliverDue(world.deps);
        if (!lines.some((line) => line.includes('#4'))) await last;
        expect(lines).toEqual([1, 2, 3, 4].map((n) => `session ${SESSION} #${n} ACTIVE:REGULAR`));

        await database.query('update webhooks set secret = $2 where id = $1', [id, 'another-secret-of-16']);
        await tell(clientId, [5]);
        await deliverDue(world.deps);
        const [refused] = await readDeliveries(database, clientId, id);
        expect(refused).toMatchObject({ status: 401 });
      },
    );
  }

  async function tell(clientId: string, sequences: readonly number[]): Promise<void> {
    const events = sequences.map((sequence) => ({
      clientId,
      createdAtMs: world.nowMs(),
      kind: 'flex:session:updated',
      userId: 'user-17',
      vehicleId: null,
      sessionId: SESSION,
      policyId: null,
      sequence,
      body: sessionBody(SESSION, sequence),
    }));
    await database.transaction((tx) => appendEvents(tx, events));
    await assignPositions(database);
  }
});
