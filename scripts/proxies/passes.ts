/** What must pass through a proxy as the service sends it, and what the service must know of who is behind it. */
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestInstallation } from '../../tests/harness/installation.ts';
import type { Answer, Call } from './caller.ts';
import type { RunningProxy } from './start.ts';

/** Long after it should have come, and before the comment that comes in a stream anyway. */
const LATE_MS = 10_000;
/** A quiet stream says so often that it is there. */
const COMMENT_MS = 15_000;
/** So many attempts to sign in from one address are looked at. */
const SIGN_INS = 50;
const LARGE_ROWS = 100_000;

type Check = (api: Api) => Promise<string | undefined>;

class Api {
  readonly proxy: RunningProxy;
  readonly #installation: TestInstallation;
  #made = 0;

  constructor(proxy: RunningProxy, installation: TestInstallation) {
    this.proxy = proxy;
    this.#installation = installation;
  }

  path(path: string): string {
    return `/v1/${this.#installation.key.client}/peppered${path}`;
  }

  get authorization(): { authorization: string } {
    return { authorization: this.#installation.key.key };
  }

  call(method: string, path: string, { headers, ...call }: Call = {}): Promise<Answer> {
    const all = { ...this.authorization, 'content-type': 'application/json', ...headers };
    return this.proxy.caller.call(method, this.path(path), { ...call, headers: all });
  }

  open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
    return this.proxy.caller.open('GET', this.path(path), { headers: { ...this.authorization, ...headers } });
  }

  async make(): Promise<void> {
    const body = { email: `passes${++this.#made}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' };
    await this.call('POST', '/customer', { body: JSON.stringify(body) });
  }
}

/** Resolves once this text has come, or to false when it is late. */
async function comes(response: IncomingMessage, text: string, ms: number): Promise<boolean> {
  let seen = '';
  const coming = (async () => {
    for await (const chunk of response) {
      seen += chunk;
      if (seen.includes(text)) return true;
    }
    return false;
  })();
  return Promise.race([coming, sleep(ms, false)]);
}

const checks: Readonly<Record<string, Check>> = {
  'HTTP/2': async ({ proxy }) => {
    const session = connect(proxy.url, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/health/live' });
    const status = await new Promise((resolve, reject) => {
      session.once('error', reject);
      stream.once('response', (headers) => resolve(headers[':status']));
    });
    session.destroy();
    return status === 200 ? undefined : `answers ${status}`;
  },

  'an event': async (api) => {
    const events = await api.open('/change?after=now', { accept: 'text/event-stream' });
    await api.make();
    const isThere = await comes(events, 'data: ', LATE_MS);
    events.destroy();
    return isThere ? undefined : 'does not come as it is sent';
  },

  'a quiet stream': async (api) => {
    const events = await api.open('/change?after=now', { accept: 'text/event-stream' });
    const isThere = await comes(events, 'still here', 2 * COMMENT_MS);
    events.destroy();
    return isThere ? undefined : 'is silent';
  },

  'a long poll': async (api) => {
    const [, last] = await Promise.all([api.make(), api.call('GET', '/change?after=now')]);
    const { cursor } = JSON.parse(last.body);
    const waiting = api.call('GET', `/change?after=${cursor}&wait=30`);
    await sleep(200);
    await api.make();
    const answer = await Promise.race([waiting, sleep(LATE_MS, undefined)]);
    return answer?.status === 200 && answer.body.includes('"created"') ? undefined : `answers ${answer?.status}`;
  },

  'a long poll that hears nothing': async (api) => {
    const other = await api.call('GET', '/change?after=now&wait=30&limit=1');
    return other.status === 200 ? undefined : `answers ${other.status}`;
  },

  'the version of a customer': async (api) => {
    await api.make();
    const { headers } = await api.call('GET', '/customer/1', { headers: { 'accept-encoding': 'gzip' } });
    const body = JSON.stringify({ customerCity: 'Zwolle' });
    const { status } = await api.call('PUT', '/customer/1', { headers: { 'if-match': String(headers.etag) }, body });
    return status === 200 ? undefined : `a write with ${headers.etag} is answered with ${status}`;
  },

  'a body that is too large': async (api) => {
    const { status, body } = await api.call('POST', '/customer', { body: `{"email":"${'a'.repeat(1_500_000)}"}` });
    return status === 413 && body.includes('foyer.example') ? undefined : `answers ${status} ${body.slice(0, 100)}`;
  },

  'a large file': async (api) => {
    const rows = Array.from({ length: LARGE_ROWS }, (_, at) => `i${at}@x.nl,Jan,Pas${'s'.repeat(20)}`);
    const body = ['email,firstName,lastName', ...rows].join('\n');
    const { status } = await api.call('POST', '/import/preview', { headers: { 'content-type': 'text/csv' }, body });
    return status === 200 ? undefined : `of ${body.length} bytes is answered with ${status}`;
  },

  'the address of the caller': async ({ proxy }) => {
    const signIn = async (from: string, forwarded: string) => {
      const headers = {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-forwarded-for': forwarded,
      };
      const body = JSON.stringify({ email: `${forwarded}.${from}@x.nl`, password: 'not it at all' });
      return (await proxy.caller.call('POST', '/v1/session', { from, headers, body })).status;
    };
    // Whatever they say of themselves.
    for (let at = 0; at < SIGN_INS; at += 1) await signIn('127.0.0.2', `203.0.113.${at}`);
    const [same, other] = [await signIn('127.0.0.2', '203.0.113.99'), await signIn('127.0.0.3', '203.0.113.98')];
    return same === 429 && other === 401 ? undefined : `is not told: ${same} from the same, ${other} from another`;
  },
};

/** Tells what does not. */
export async function whatPasses(proxy: RunningProxy, installation: TestInstallation): Promise<string[]> {
  const api = new Api(proxy, installation);
  const wrong: string[] = [];
  for (const [what, check] of Object.entries(checks)) {
    const found = await check(api).catch((error: Error) => error.message);
    if (found !== undefined) wrong.push(`${what} ${found}`);
  }
  console.log(`${proxy.name}: ${Object.keys(checks).length} things tried, ${wrong.length} do not pass.`);
  return wrong;
}
