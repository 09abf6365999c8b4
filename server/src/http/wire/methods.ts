/** Which methods a path has, and the refusal of requests that fit no route. Pure. */
import type { Endpoint } from '../../../../sdk/src/contract/endpoint.ts';
import { endpoints, pathOf } from '../../../../sdk/src/contract/index.ts';
import { ProblemError } from '../problem.ts';

const api = Object.values(endpoints)
  .flatMap((resource) => Object.values(resource))
  .map((endpoint: Endpoint) => ({
    method: endpoint.method,
    pattern: pathPattern(pathOf(endpoint)),
    isFixed: !endpoint.path.includes('{'),
  }));

/** Paths outside the contract, which are only read; the root is the empty one. */
const readOnly = /^(?:|\/health\/live|\/health\/ready|\/openapi\.json|\/docs(?:\/[^/]*)?|\/console(?:\/.*)?)$/;

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** The methods that a path has; none if it does not exist. */
function allowedMethods(path: string): string[] {
  if (readOnly.test(path)) return withHead(['GET']);
  const matching = api.filter(({ pattern }) => pattern.test(path));
  // `/customer/findByEmail` looks like the path of a customer too; the fixed path is the one that is meant.
  const meant = matching.some(({ isFixed }) => isFixed) ? matching.filter(({ isFixed }) => isFixed) : matching;
  return withHead([...new Set(meant.map(({ method }) => method))].sort());
}

/** Whatever has GET has HEAD. */
const withHead = (methods: string[]): string[] =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));

/** Why a request that fits no route is refused: nothing is there, or not with that method. */
export function unknownPath(method: string, url: string): ProblemError {
  // One slash at the end is ignored.
  const path = (url.split('?', 1)[0] ?? '').replace(/\/$/, '');
  const methods = allowedMethods(path);
  if (methods.length === 0 || methods.includes(method)) return new ProblemError('not-found');
  const allow = methods.join(', ');
  return new ProblemError('method-not-allowed', { message: `This path has only: ${allow}.`, headers: { allow } });
}
