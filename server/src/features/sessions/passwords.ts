/** Passwords as they are kept: Argon2id, computed off the event loop. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Turnstile } from '../../db/turnstile.ts';
import { Unavailable } from '../../db/unavailable.ts';

/** The first of OWASP's recommendations that needs little memory: 19 MiB, two passes, some 30 ms. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** More at a time would take memory, and the threads that read files. */
const MAX_HASHES_AT_ONCE = 2;
const MAX_WAIT_MS = 4000;
const turnstile = new Turnstile(MAX_HASHES_AT_ONCE, MAX_WAIT_MS);

const hash = promisify(argon2);

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
}

async function derive(password: string, parameters: Parameters): Promise<Buffer> {
  if (!(await turnstile.enter())) throw new Unavailable('busy');
  try {
    return await hash('argon2id', { message: password, tagLength: HASH_BYTES, ...parameters });
  } finally {
    turnstile.leave();
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const phc = (nonce: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(nonce)}$${unpadded(tag)}`;

/** A password as a PHC string, which holds its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  return phc(nonce, await derive(password, { memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM, nonce }));
}

/** A hash that no password has: an account without a password takes as long to check as one with. */
const NOBODYS = phc(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Is it the password? Takes the same time if there is none. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = '', tag = ''] = PHC.exec(stored ?? NOBODYS) ?? [];
  if (memory === undefined) throw new Error('A password is not kept as it should be');
  const derived = await derive(password, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
  });
  const isRight = timingSafeEqual(derived, Buffer.from(tag, 'base64'));
  return isRight && stored !== null;
}
