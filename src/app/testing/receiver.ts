import { createServer, type IncomingHttpHeaders } from 'node:http';

/** One delivery as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The events in it, of either format. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read events by hand
  readonly events: readonly any[];
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A receiver on this machine, whose answers a test decides. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Default: 204 to everything. May take its time. */
  answer: (delivery: Received) => Reply | Promise<Reply>;
  /** The `n` of every event that was accepted, in the order of acceptance. */
  accepted(): readonly unknown[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const accepted: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const parsed: unknown = JSON.parse(body.toString());
    const delivery = { headers: request.headers, body, events: [parsed].flat() as Received['events'] };
    receiver.received.push(delivery);
    const { status, headers, body: text } = await receiver.answer(delivery);
    if (status < 300) accepted.push(...delivery.events.map((event) => event.n));
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    answer: () => ({ status: 204 }),
    accepted: () => accepted,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
