import { ConfigError } from '../runtime/config.ts';
import type { EventsOptions } from './command-line.ts';
import { followEvents } from './follow-events.ts';
import { listenForStop } from './stop-signal.ts';

/** `tidewatt events --follow`: until it is told to stop; gives the exit code. */
export async function runEvents(
  options: EventsOptions,
  json: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const clientId = options.clientId ?? env.TIDEWATT_CLIENT_ID;
  const clientSecret = options.clientSecret ?? env.TIDEWATT_CLIENT_SECRET;
  if (!clientId || !clientSecret) {
    throw new ConfigError([
      'expected an API client: set TIDEWATT_CLIENT_ID and TIDEWATT_CLIENT_SECRET, or give --client-id and --client-secret',
    ]);
  }
  const stopped = new AbortController();
  void listenForStop().asked.then(() => stopped.abort());
  const output = {
    print: (line: string) => void process.stdout.write(`${line}\n`),
    note: (line: string) => void process.stderr.write(`tidewatt: ${line}\n`),
  };
  await followEvents({ ...options, clientId, clientSecret, json }, output, stopped.signal);
  return 0;
}
