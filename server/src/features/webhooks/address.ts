/** Which addresses a webhook may be posted to: none that leads back into the operator's own network. */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { WebhookConfig } from '../../config.ts';

/** The connection may not be made; the message tells the owner of the webhook why. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

// https://www.iana.org/assignments/ipv6-address-space
const givenOut = ipaddr.IPv6.parse('2000::');
const ASSIGNED_PREFIX_BITS = 3;
/** A public address, but inside every virtual machine of Azure it leads to the platform. */
const AZURE_PLATFORM = '168.63.129.16';

/** Is it a public address of somebody else? An IPv4-mapped IPv6 address is treated as the IPv4 address. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  // `unicast` excludes what is private, loopback, link-local, reserved or a detour to one of these.
  if (parsed.range() !== 'unicast') return false;
  // Only this part of IPv6 is assigned; ::/96, by which some systems reach IPv4, is outside it.
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(givenOut, ASSIGNED_PREFIX_BITS)) return false;
  if (parsed.toString() === AZURE_PLATFORM) return false;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return !own.some((one) => ipaddr.process(one.address).toString() === parsed.toString());
}

export const refused = (host: string): RefusedAddress =>
  new RefusedAddress(`${host} is no address on the public internet; WEBHOOK_ALLOW_PRIVATE=on would allow it`);

/** Resolves a name for a connection, and refuses it if any of its addresses is not public. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [], 0);
    if (!addresses.every(({ address }) => isPublic(address))) return callback(refused(hostname), [], 0);
    if (options.all) return callback(null, addresses);
    const [{ address, family } = { address: '', family: 0 }] = addresses;
    callback(null, address, family);
  });
};

/** Why a URL cannot be a webhook; `undefined` if it can. */
export async function urlFault(text: string, config: WebhookConfig): Promise<string | undefined> {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL';
  if (url.protocol === 'http:' && !config.allowHttp)
    return 'must be an https URL; http is not encrypted (the operator can allow it by WEBHOOK_ALLOW_HTTP=on)';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.port === '0') return `must not have ${PORT_0}`;
  if (config.allowPrivate) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublic(host) ? undefined : NOT_PUBLIC;
  const addresses = await dns.promises.lookup(host, { all: true }).catch(() => undefined);
  if (addresses === undefined) return 'names a host that cannot be found';
  return addresses.every(({ address }) => isPublic(address)) ? undefined : NOT_PUBLIC;
}

export const PORT_0 = 'the port 0, on which nobody listens';
const NOT_PUBLIC =
  'leads to an address that is not on the public internet (the operator can allow that by WEBHOOK_ALLOW_PRIVATE=on)';
