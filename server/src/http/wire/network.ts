import ipaddr from 'ipaddr.js';

/** What one household or theatre is given of version 6. */
const NETWORK_BYTES = 8;
const LONGEST = 64;

/** From which network an address is: by it are counted who must not try for ever. Of version 4 it is the address. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, LONGEST);
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, NETWORK_BYTES).join('.') : parsed.toString();
}
