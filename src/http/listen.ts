import type { FastifyInstance } from 'fastify';

/**
 * Opens the port and gives the URL at which a program on this machine reaches it.
 * @throws where the port is taken or not allowed; the message says what to do.
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw new Error(`cannot listen on port ${port} of ${host}: ${reason(error)}`, { cause: error });
  }
  const address = server.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${reachable(host)}:${bound}`;
}

function reason(error: unknown): string {
  switch (error instanceof Error ? Reflect.get(error, 'code') : undefined) {
    case 'EADDRINUSE':
      return 'it is in use; stop what listens there, or choose another with --port or PORT (0 picks a free one)';
    case 'EACCES':
      return 'this user may not open it; choose one above 1023 with --port or PORT';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address; choose another with --host or HOST';
    default:
      return 'see the cause';
  }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
