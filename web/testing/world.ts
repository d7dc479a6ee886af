import { makeDataDir, startTidewatt } from '../../src/cli/testing/service-process.ts';
import { type Client, makeClient } from '../../src/client/client.ts';

/** A sandbox of a test's own, as a process, with a client of it. */
export interface TestWorld {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Under a bearer token. */
  readonly api: Client;
  /** Stops the service, does something meanwhile, and starts it again at the same URL. */
  restart(whileAway: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a sandbox whose clock stands at `now`, with nothing in it. */
export async function startWorld(now: string): Promise<TestWorld> {
  const data = makeDataDir();
  const start = (port: string) =>
    startTidewatt(['serve', '--port', port, '--data-dir', data.path, '--sandbox', '--clock', now]);
  let service = await start('0');
  const { url, clientId = '', clientSecret = '' } = service.ready;
  const api = await signedClient(url, clientId, clientSecret);
  expectOk(await api.call('PUT /sandbox/clock', { body: { speed: 0 } }));
  return {
    url,
    clientId,
    clientSecret,
    api,
    async restart(whileAway) {
      await service.stop();
      await whileAway();
      service = await start(new URL(url).port);
    },
    async stop() {
      await service.stop();
      await data.drop();
    },
  };
}

/** The body of an answer that must be one of success. */
export function expectOk<Body>(
  answer:
    | { readonly ok: true; readonly body: Body }
    | { readonly ok: false; readonly problem: { readonly detail: string } },
): Body {
  if (!answer.ok) throw new Error(`expected success: ${JSON.stringify(answer.problem)}`);
  return answer.body;
}

async function signedClient(baseUrl: string, id: string, secret: string): Promise<Client> {
  const token = expectOk(
    await makeClient({ baseUrl }).call('POST /oauth2/token', {
      form: { grant_type: 'client_credentials', client_id: id, client_secret: secret },
    }),
  );
  return makeClient({ baseUrl, headers: { authorization: `Bearer ${token.access_token}` } });
}
