/** What can be wrong with the headers of any request. */
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../problem.ts';

const MAX_HEADERS = 200;

/** Of two such headers Node silently takes the first, and a proxy in front of it may have taken the other. */
const single = ['host', 'authorization'] as const;

/** The name of a header that may be sent only once, and was sent again. */
export function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  return single.find((name) => countOf(rawHeaders, name) > 1);
}

/** This runs for each request: most headers are told apart by their length alone. */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count;
}

/** Why a request is refused for its headers, if it is. */
export function refusalOfHead({ rawHeaders, headers, httpVersion }: IncomingMessage): ProblemError | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return new ProblemError('headers-too-large');
  if (headers.host === undefined && httpVersion === '1.1') return badRequest('The Host header is missing.');
  const repeated = repeatedHeader(rawHeaders);
  if (repeated !== undefined) return badRequest(`There is more than one ${repeated} header.`);
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return badRequest('The Expect header asks for what is not supported.');
  }
  if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
    return badRequest('The Transfer-Encoding header may say "chunked" only.');
  }
  return undefined;
}

const badRequest = (message: string) => new ProblemError('bad-request', { message });
