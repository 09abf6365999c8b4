import ipaddr from 'ipaddr.js';

/** What one household or theatre gets of IPv6: a /64. */
const NETWORK_BYTES = 8;
const LONGEST = 64;

/** The network of an address, by which attempts are counted. For IPv4 it is the address itself. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, LONGEST);
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, NETWORK_BYTES).join('.') : parsed.toString();
}
