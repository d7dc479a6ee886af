import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a name, unchecked. @throws where it has none, or nobody answers. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/**
 * As the system resolves names: by its hosts file and on the local network too. Each question holds one of the few
 * threads of the process until the system gives up, so it is for receivers that one trusts.
 */
export const resolveBySystem: Resolve = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** Twice, so that one lost packet costs a second of the five that a delivery has. */
const ANSWER_LIMIT_MS = 1_000;
const TRIES = 2;

/**
 * By the name servers alone, in no thread: names whose servers never answer hold up nobody else's. Each question reads
 * the system's configuration anew, which may change while the service runs; `servers` takes its place.
 */
export async function resolveByDns(
  name: string,
  servers: readonly string[] | null = null,
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: ANSWER_LIMIT_MS, tries: TRIES });
  if (servers !== null) resolver.setServers(servers);
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length === 0 && ipv4.status === 'rejected') throw ipv4.reason;
  return found;
}
