import { BlockList, isIP } from 'node:net';

/** Why an address may not be called; null where it may. `address` is a literal as a resolver gives it. */
export function addressFault(address: string, allowsPrivate: boolean): string | null {
  // A zone id names an interface of this machine: no public address has one.
  if (address.includes('%')) return 'it has a zone id';
  const version = isIP(address);
  if (version === 0) return 'it is no IP address';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  for (const { list, why, isPrivate } of REFUSED) {
    if (list.check(address, family)) return isPrivate && allowsPrivate ? null : why;
  }
  // Everything public of IPv6 lies in 2000::/3, so mapped, compatible and translated IPv4 addresses do not.
  if (version === 6 && !PUBLIC_IPV6.check(address, family)) {
    return 'it is no public IPv6 address';
  }
  return null;
}

interface Refused {
  readonly list: BlockList;
  readonly why: string;
  /** Permitted where private receivers are. */
  readonly isPrivate: boolean;
}

// IANA's registries of special-purpose addresses (RFC 6890), and what clouds answer secrets from.
const REFUSED: readonly Refused[] = [
  refused('it serves the metadata of a cloud', false, [
    '169.254.169.254/32',
    '168.63.129.16/32',
    '100.100.100.200/32',
    '192.0.0.192/32',
    'fd00:ec2::254/128',
    'fd20:ce::254/128',
  ]),
  refused('it is a loopback address', true, ['127.0.0.0/8', '::1/128']),
  refused('it is private', true, ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']),
  refused('it is link-local', false, ['169.254.0.0/16', 'fe80::/10']),
  refused('it is shared by a provider (CGNAT)', false, ['100.64.0.0/10']),
  refused('it means this host', false, ['0.0.0.0/8', '::/128']),
  refused('it is multicast or broadcast', false, ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8']),
  refused('it is for documentation', false, [
    '192.0.2.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '2001:db8::/32',
    '3fff::/20',
  ]),
  refused('it is reserved', false, [
    '192.0.0.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '240.0.0.0/4',
    '2001::/23',
    '5f00::/16',
  ]),
  refused('it hides an IPv4 address (6to4)', false, ['2002::/16']),
];
const PUBLIC_IPV6 = listOf(['2000::/3']);

function refused(why: string, isPrivate: boolean, networks: readonly string[]): Refused {
  return { list: listOf(networks), why, isPrivate };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
