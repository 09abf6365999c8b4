import type { Command } from 'commander';
import { scopes as allScopes } from '../../../sdk/src/contract/endpoint.ts';
import type { Store } from '../db/store.ts';
import { listKeys } from '../features/keys/queries.ts';
import { defaultScopes, parseScopes } from '../features/keys/rules.ts';
import { createKey, revoke, rollKey } from '../features/keys/writes.ts';
import { parseRate, RATE_FORMS, type RateLimit } from '../http/limits/rate.ts';
import { parseTime } from '../http/wire/time.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { findClient, withStore } from './store.ts';

interface CreateOptions {
  scopes: string;
  expires?: string;
  label: string;
  rate?: string;
  json?: true;
}

/** `foyer key …` */
export function keyCommands(program: Command): void {
  const key = program.command('key').description('the API keys of a client');

  key
    .command('create')
    .description('make a key, and print it; it is shown only this once')
    .argument('<client>', 'short name of the client')
    .option(
      '--scopes <list>',
      `what it may do, separated by commas: ${Object.keys(allScopes).join(', ')}`,
      defaultScopes.join(','),
    )
    .option('--expires <date>', 'the date (midnight in the zone of the client) or time from which it is refused')
    .option('--label <text>', 'what it is for', '')
    .option('--rate <limit>', `its own limit, in the place of RATE_LIMIT: ${RATE_FORMS}`)
    .option('--json', 'print JSON')
    .action(create);

  key
    .command('list')
    .description('list the keys of a client')
    .argument('<client>', 'short name of the client')
    .option('--json', 'print JSON')
    .action(list);

  key
    .command('roll')
    .description('make a key that may do what another may, and print it; the old one is refused after a while')
    .argument('<client>', 'short name of the client')
    .argument('<id>', 'number of the old key, as "foyer key list" shows it')
    .option('--overlap <days>', 'how many days the old key stays good; 0 refuses it at once', '7')
    .option('--expires <date>', 'when the new key expires; unless told, it lives as long as the old one was to')
    .option('--json', 'print JSON')
    .action(roll);

  key
    .command('revoke')
    .description('refuse a key from now on; running servers notice within 5 seconds')
    .argument('<client>', 'short name of the client')
    .argument('<id>', 'number of the key, as "foyer key list" shows it')
    .option('--json', 'print JSON')
    .action(revokeOne);
}

async function create(clientName: string, { scopes, expires, label, rate, json }: CreateOptions): Promise<void> {
  const wanted = readScopes(scopes);
  const limit = rate === undefined ? undefined : readRate(rate);
  const { keyId, key } = await withStore(async (store) => {
    const { clientId, timeZone } = await findClient(store, clientName);
    const expiresAt = expires === undefined ? null : readExpiry(expires, timeZone);
    return createKey(store, { clientId, scopes: wanted, label, expiresAt, rate: limit });
  });
  if (json) return printJson({ keyId, key });
  tell(`Made key ${keyId} of ${clientName}. Keep it safe: it is not shown again.`);
  print(key);
}

function readScopes(text: string) {
  try {
    return parseScopes(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readRate(text: string): RateLimit {
  const rate = parseRate(text);
  if (rate === undefined) throw new UsageError(`--rate is "${text}"; give ${RATE_FORMS}.`);
  return rate;
}

function readExpiry(text: string, timeZone: string): number {
  const at = parseTime(text, timeZone);
  if (at === undefined)
    throw new UsageError(`"${text}" is no date; give one like 2027-01-31, or a time like 2027-01-31T12:00:00+01:00.`);
  if (at <= Date.now()) throw new UsageError(`"${text}" is in the past.`);
  return at;
}

const isoTime = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString());

async function list(clientName: string, { json }: { json?: true }): Promise<void> {
  const keys = await withStore(async (store) => {
    const { clientId } = await findClient(store, clientName);
    return store.read(clientId, (tx) => tx.all(listKeys, {}));
  });
  const shown = keys.map(({ keyId, label, scopes, createdAt, expiresAt, revokedAt, rateLimit, lastUsedAt }) => ({
    id: keyId,
    label,
    scopes,
    created: isoTime(createdAt),
    expires: isoTime(expiresAt),
    revoked: isoTime(revokedAt),
    rate: rateLimit ?? '',
    used: isoTime(lastUsedAt),
  }));
  if (json) return printJson(shown);
  if (shown.length === 0) return tell(`${clientName} has no keys yet; "foyer key create ${clientName}" makes one.`);
  print(table(shown));
}

interface RollOptions {
  overlap: string;
  expires?: string;
  json?: true;
}

const DAY_MS = 86_400_000;

async function roll(clientName: string, idText: string, { overlap, expires, json }: RollOptions): Promise<void> {
  const keyId = readKeyId(idText);
  if (!/^\d{1,3}$/.test(overlap)) throw new UsageError(`--overlap is "${overlap}"; give a number of days, 0 to 999.`);
  const overlapMs = Number(overlap) * DAY_MS;
  const rolled = await withStore(async (store) => {
    const { clientId, timeZone } = await findClient(store, clientName);
    const expiresAt = expires === undefined ? undefined : readExpiry(expires, timeZone);
    return rollKey(store, { clientId, keyId, overlapMs, expiresAt });
  });
  if (rolled === undefined) throw noGoodKey(clientName, keyId);
  const until = isoTime(rolled.oldUntil);
  if (json) return printJson({ keyId: rolled.keyId, key: rolled.key, old: { keyId, until } });
  tell(`Made key ${rolled.keyId} of ${clientName}. Keep it safe: it is not shown again.`);
  tell(overlapMs === 0 ? `Key ${keyId} is refused from now on.` : `Key ${keyId} is good until ${until}.`);
  print(rolled.key);
}

function readKeyId(text: string): number {
  const keyId = Number(text);
  if (Number.isSafeInteger(keyId) && keyId >= 1) return keyId;
  throw new UsageError(`"${text}" is no number of a key.`);
}

const noGoodKey = (clientName: string, keyId: number): Error =>
  new Error(`${clientName} has no key ${keyId} that is still good; "foyer key list ${clientName}" shows its keys.`);

async function revokeOne(clientName: string, idText: string, { json }: { json?: true }): Promise<void> {
  const keyId = readKeyId(idText);
  await withStore(async (store: Store) => {
    const { clientId } = await findClient(store, clientName);
    const isRevoked = await revoke(store, clientId, keyId);
    if (!isRevoked) throw noGoodKey(clientName, keyId);
  });
  if (json) return printJson({ keyId, revoked: true });
  print(`Revoked key ${keyId} of ${clientName}.`);
}
