import { isIP } from 'node:net';
import { addressFault } from './address.ts';

/** A URL that may be called, as far as it can be told without asking for the addresses of its name. */
export type CheckedUrl =
  | { readonly kind: 'fine'; readonly url: URL; readonly host: string; readonly port: number }
  | { readonly kind: 'refused'; readonly reason: string };

const URL_MAX_CHARS = 2_000;

/** `new URL` has put odd spellings of IPv4 addresses (decimal, octal, short) into their usual form before the check. */
export function checkUrl(text: string, allowsPrivate: boolean): CheckedUrl {
  if (text.length > URL_MAX_CHARS) return refused(`expected at most ${URL_MAX_CHARS} characters`);
  if (!URL.canParse(text)) return refused('expected a URL such as https://example.com/hooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowsPrivate && url.protocol === 'http:')) {
    return refused(`expected https, got ${url.protocol.replace(':', '')}`);
  }
  if (url.username !== '' || url.password !== '') {
    return refused('expected no user or password in the URL; a header of its own is "authentication"');
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!isPortFine(port)) return refused(`port ${port} belongs to another protocol`);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '') return refused('expected a host');
  if (isIP(host) !== 0) {
    const fault = addressFault(host, allowsPrivate);
    return fault === null
      ? { kind: 'fine', url, host, port }
      : refused(`${host} may not be called: ${fault}`);
  }
  if (!allowsPrivate && (host === 'localhost' || host.endsWith('.localhost'))) {
    return refused(`${host} may not be called: it is this machine`);
  }
  return { kind: 'fine', url, host, port };
}

function refused(reason: string): CheckedUrl {
  return { kind: 'refused', reason };
}

/** Below 1024 only the two of HTTP; above, not those that the fetch standard keeps from HTTP ("bad ports"). */
function isPortFine(port: number): boolean {
  return port === 443 || port === 80 || (port >= 1024 && !BAD_PORTS.has(port));
}

const BAD_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);
