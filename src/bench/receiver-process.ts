import { createServer, type Server } from 'node:http';

/** What the parent asks of the receivers' process, and what it answers. */
export type Ask =
  | { readonly kind: 'open'; readonly count: number; readonly hanging: number }
  | { readonly kind: 'expect'; readonly total: number }
  | { readonly kind: 'report' };
export type Answer =
  | { readonly kind: 'opened'; readonly ports: readonly number[] }
  | { readonly kind: 'complete' }
  | {
      readonly kind: 'report';
      /** For each receiver that does not hang: pairs of a sequence and the epoch milliseconds of its receipt. */
      readonly receipts: readonly (readonly number[])[];
      readonly rssBytes: number;
    };

let receipts: number[][] = [];
let servers: Server[] = [];
let total = 0;
let expected = Number.POSITIVE_INFINITY;

process.on('message', async (ask: Ask) => {
  switch (ask.kind) {
    case 'open':
      return open(ask.count, ask.hanging);
    case 'expect':
      expected = total + ask.total;
      return;
    case 'report':
      tell({ kind: 'report', receipts, rssBytes: process.memoryUsage().rss });
      receipts = receipts.map(() => []);
      return;
  }
});

// Its servers would keep it alive, and it the benchmark.
process.once('disconnect', () => process.exit(0));

async function open(count: number, hanging: number): Promise<void> {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  receipts = Array.from({ length: count - hanging }, () => []);
  servers = Array.from({ length: count }, (_, index) => receiver(index < hanging ? null : index - hanging));
  const ports = await Promise.all(servers.map(listening));
  tell({ kind: 'opened', ports });
}

/** Reads each delivery, notes when each event in it was there, and answers; or never answers. */
function receiver(index: number | null): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (index === null) return;
      const atMs = performance.timeOrigin + performance.now();
      response.writeHead(204).end();
      const found = Buffer.concat(chunks)
        .toString('latin1')
        .matchAll(/"sequence":(\d+)/g);
      for (const [, sequence] of found) {
        receipts[index]?.push(Number(sequence), atMs);
        total += 1;
      }
      if (total < expected) return;
      expected = Number.POSITIVE_INFINITY;
      tell({ kind: 'complete' });
    });
  });
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function tell(answer: Answer): void {
  process.send?.(answer);
}
