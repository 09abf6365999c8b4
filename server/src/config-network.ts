/** Settings of who may reach the service, and how. */
import ipaddr from 'ipaddr.js';
import { ConfigError } from './config-error.ts';
import { parseRate, RATE_FORMS, type RateLimit } from './http/limits/rate.ts';

/** Which proxies are trusted to say where a request comes from: how many in a row, or those with these addresses. */
export type TrustedProxies = false | number | readonly string[];

const MAX_PROXIES = 16;
/** Names for the address ranges that belong to nobody on the internet. */
const networks: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Reads the origins whose pages may call the service. */
export function readOrigins(text: string): readonly string[] {
  const origins = listed(text).map((part) => {
    const url = URL.parse(part);
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    if (isOrigin) return url.origin;
    throw new ConfigError(
      `CORS_ORIGINS holds "${part}"; give origins separated by commas, each without a path, ` +
        'as in https://crm.example,http://localhost:3000.',
    );
  });
  return [...new Set(origins)];
}

/**
 * Reads which proxies are trusted. "All" is not a choice: anyone who reaches the service could then claim any address.
 */
export function readTrustedProxies(text: string): TrustedProxies {
  if (text === 'off' || text === 'false') return false;
  const hops = Number(text);
  if (/^\d+$/.test(text) && hops >= 1 && hops <= MAX_PROXIES) return hops;
  const addresses = listed(text);
  const wrong = addresses.find((part) => !isNetwork(part));
  if (wrong === undefined && addresses.length > 0) return addresses;
  throw new ConfigError(
    `TRUST_PROXY holds "${wrong ?? text}"; give off, the number of proxies in a row (1 to ${MAX_PROXIES}), ` +
      'or their addresses separated by commas, as in 127.0.0.1,10.0.0.0/8. ' +
      `The names ${networks.join(', ')} stand for such addresses.`,
  );
}

const isNetwork = (text: string): boolean =>
  networks.includes(text) || ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text) || isRange(text);

function isRange(text: string): boolean {
  const [address = ''] = text.split('/');
  return ipaddr.isValidCIDR(text) && (address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address));
}

/** Reads the limit of keys without one of their own. */
export function readRateLimit(text: string): RateLimit {
  const rate = parseRate(text);
  if (rate !== undefined) return rate;
  throw new ConfigError(`RATE_LIMIT is "${text}"; give ${RATE_FORMS}.`);
}

const MAX_READERS = 1_000_000;

/** Reads how many readers may wait for changes. */
export const readReaders =
  (name: string) =>
  (text: string): number => {
    const readers = Number(text);
    if (/^\d{1,7}$/.test(text) && readers >= 1 && readers <= MAX_READERS) return readers;
    throw new ConfigError(`${name} is "${text}"; give a number from 1 to ${MAX_READERS}.`);
  };
