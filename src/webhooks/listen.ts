import { createServer, type IncomingMessage } from 'node:http';
import { verifyDelivery } from './verify.ts';

export interface ListenOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Null: signatures are not looked at. */
  readonly secret: string | null;
  /** One JSON object a line, for machines. */
  readonly json: boolean;
  readonly nowMs: () => number;
  readonly print: (line: string) => void;
}

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/** A batch is of 1 MiB, and one larger event goes alone. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

/**
 * The receiver one needs while developing: prints every delivery, single or batch, and what its signatures say. What
 * is not signed with the secret is refused with 401, so that the sender's log shows it too.
 */
export async function listenForWebhooks(options: ListenOptions): Promise<Listener> {
  const { port, secret, print, nowMs } = options;
  const server = createServer(async (request, response) => {
    const body = await readBody(request).catch(() => null);
    if (request.method !== 'POST' || body === null) {
      response.writeHead(request.method === 'POST' ? 413 : 405, { connection: 'close' }).end();
      return;
    }
    const verdict = secret === null ? null : verifyDelivery(secret, request.headers, body, nowMs());
    const events = eventsOf(body);
    const isFine = events !== null && verdict?.kind !== 'invalid';
    const signature =
      verdict === null ? 'not checked' : verdict.kind === 'valid' ? 'valid' : `INVALID: ${verdict.reason}`;
    const deliveryId = String(request.headers['webhook-id'] ?? '(no webhook-id)');
    if (options.json) {
      print(JSON.stringify({ deliveryId, signature, events: events?.list ?? body.toString() }));
    } else {
      for (const line of linesOf(deliveryId, signature, events, body)) print(line);
    }
    response.writeHead(isFine ? 204 : events === null ? 400 : 401).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`cannot listen on port ${port}`, { cause })));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Delivered {
  readonly format: 'single' | 'batch';
  readonly list: readonly unknown[];
}

function eventsOf(body: Buffer): Delivered | null {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return Array.isArray(parsed) ? { format: 'batch', list: parsed } : { format: 'single', list: [parsed] };
  } catch {
    // Whatever it is, it is printed as it came.
    return null;
  }
}

function linesOf(id: string, signature: string, events: Delivered | null, body: Buffer): string[] {
  if (events === null) return [`${id}  signature ${signature}  no JSON: ${body.toString().slice(0, 500)}`];
  const many = events.format === 'batch' ? `batch of ${events.list.length}` : 'single';
  return [`${id}  ${many}  signature ${signature}`, ...events.list.map((event) => `  ${summaryOf(event)}`)];
}

/** What a person looks for first; --json shows the rest. */
function summaryOf(event: unknown): string {
  const session: unknown = fieldOf(event, 'session');
  const command: unknown = fieldOf(event, 'command');
  const parts = [
    fieldOf(event, 'createdAt'),
    fieldOf(event, 'event'),
    fieldOf(event, 'userId'),
    fieldOf(session, 'id') ?? fieldOf(event, 'sessionId'),
    fieldOf(session, 'state'),
    fieldOf(command, 'kind'),
    fieldOf(command, 'id'),
  ];
  const sequence = fieldOf(event, 'sequence');
  return [...parts, sequence === undefined ? undefined : `#${String(sequence)}`]
    .filter((part) => part !== undefined)
    .map(String)
    .join('  ');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
