import { createServer, type IncomingMessage } from 'node:http';
import type { Api } from './api.ts';

export type Format = 'single' | 'batch';
export const FORMATS: readonly Format[] = ['batch', 'single'];

/** One POST as it came. */
export interface Delivery {
  readonly format: Format;
  readonly deliveryId: string;
  readonly body: string;
  readonly isAccepted: boolean;
}

/** Two receivers of webhooks, one a format, that outlive the sender and remember everything. */
export interface Witness {
  /** In the order in which they were answered, or lost their sender. */
  readonly deliveries: readonly Delivery[];
  /** Subscribes both to every event of the log that comes from now on; gives their ids. */
  subscribe(api: Api): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** With which status a delivery is answered, and when: a sender that is killed meanwhile never learns of it. */
export type AnswerWith = (delivery: Omit<Delivery, 'isAccepted'>) => Promise<number>;

const EVENTS = ['flex:session:updated', 'flex:session:deleted', 'flex:command:requested'];

export async function startWitness(answerWith: AnswerWith): Promise<Witness> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    // Killed in the middle of its request: nothing was delivered.
    if (body === null) return;
    const format = request.url === '/single' ? 'single' : 'batch';
    const delivery = { format, deliveryId: String(request.headers['webhook-id']), body } as const;
    const status = await answerWith(delivery);
    deliveries.push({ ...delivery, isAccepted: status < 300 });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    deliveries,
    async subscribe(api) {
      const ids: string[] = [];
      for (const format of FORMATS) {
        const url = `http://127.0.0.1:${port}/${format}`;
        const secret = 'a-secret-of-16-c';
        const made = await api.must('POST', '/webhooks', { url, secret, format, events: EVENTS });
        ids.push(String(Reflect.get(Object(made), 'id')));
      }
      return ids;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } catch {
    return null;
  }
}
