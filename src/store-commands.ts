import { randomBytes } from 'node:crypto';
import { createClient } from './app/create-client.ts';
import { systemClock } from './runtime/clock.ts';
import type { Config } from './runtime/config.ts';
import { makeUuidv7 } from './runtime/ids.ts';
import { diagnose } from './store/doctor.ts';
import { migrate } from './store/migrate.ts';
import { openStore, type Store } from './store/open.ts';

/** `tidewatt migrate`. */
export async function migrateCommand(config: Config, json: boolean): Promise<number> {
  return withStore(config, async ({ database }) => {
    const applied = await migrate(database);
    const text = applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`;
    print(json, { applied }, text);
    return 0;
  });
}

/** `tidewatt doctor`: 1 when something is wrong. */
export async function doctorCommand({ databaseUrl, dataDir }: Config, json: boolean): Promise<number> {
  const findings = await diagnose({ databaseUrl, dataDir, nowMs: systemClock.nowMs });
  const isFine = findings.every(({ ok }) => ok);
  const lines = findings.map(
    ({ ok, what, mend }) => `${ok ? 'ok   ' : 'WRONG'}  ${what}${mend ? `\n       → ${mend}` : ''}`,
  );
  print(json, { ok: isFine, findings }, lines.join('\n'));
  return isFine ? 0 : 1;
}

/** `tidewatt client create`: the only time that the secret is shown. */
export async function createClientCommand(config: Config, name: string, json: boolean): Promise<number> {
  return withStore(config, async ({ database }) => {
    await migrate(database);
    const newId = makeUuidv7({ nowMs: systemClock.nowMs, randomBytes });
    const client = await createClient({ database, realClock: systemClock, newId }, name);
    const text = `client id  ${client.clientId}\nsecret     ${client.clientSecret}\n\nThe secret is not shown again.`;
    print(json, { name, ...client }, text);
    return 0;
  });
}

async function withStore(config: Config, work: (store: Store) => Promise<number>): Promise<number> {
  const store = await openStore(config);
  try {
    return await work(store);
  } finally {
    await store.stop();
  }
}

function print(json: boolean, value: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
}
