/** The endpoints that give a client-type to many customers, and undo it. */
import { MAX_ASSIGNED_CUSTOMERS } from '../../../../sdk/src/contract/assignments.ts';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Serve } from '../../http/endpoint.ts';
import type { Call } from '../../http/operation.ts';
import { ProblemError, validationProblem } from '../../http/problem.ts';
import type { ListCustomers } from '../search/routes.ts';
import { type Assigned, assign, countAssignment, findClientType, undoAssignment } from './assign.ts';
import { type Action, decodeUndo, encodeUndo } from './assign-rules.ts';
import { noSuchClientType } from './missing.ts';

const PAGE = 200;

type AssignCall = Call<typeof endpoints.clientTypes.assign>;

export function assignRoutes(serve: Serve, list: ListCustomers): void {
  serve(endpoints.clientTypes.assign, async (call) => {
    const { store, once, key, params, values } = call;
    const { action = 'add', dryRun = false } = values;
    const type = await findClientType(store, key, params.name);
    if (type === undefined && action === 'remove') throw noSuchClientType();
    if (type === undefined && key.clientTypes === 'closed') throw validationProblem([unknownName]);
    const name = type?.name ?? params.name;
    const ids = await selected(call, list);
    const done = dryRun ? await countAssignment(store, key, ids, action, name) : await assign(once, ids, action, name);
    return present(name, action, done);
  });

  serve(endpoints.clientTypes.undoAssign, async ({ store, once, key, params, values }) => {
    const type = await findClientType(store, key, params.name);
    if (type === undefined) throw noSuchClientType();
    const done = decodeUndo(values.undo ?? '');
    if (done === undefined) throw validationProblem([badUndo]);
    const { selected: meant, changed, full } = await undoAssignment(store, once, key, done, type.name);
    return { name: type.name, selected: meant, changed, full, undo: null };
  });
}

const present = (name: string, action: Action, { selected: meant, changed, full, ranges }: Assigned) => ({
  name,
  selected: meant,
  changed,
  full,
  undo: ranges.length === 0 ? null : encodeUndo({ action, ranges }),
});

/** The numbers of the selected customers. */
async function selected({ store, key, values }: AssignCall, list: ListCustomers): Promise<readonly number[]> {
  const { customerIds, all, action: _, dryRun: __, ...filters } = values;
  if (customerIds !== undefined) return [...new Set(customerIds)];
  if (all !== true) throw validationProblem([noSelection]);
  // Which customers match a filter reveals something about them.
  if (!key.scopes.has('customers:read'))
    throw new ProblemError('missing-scope', { message: `This ${key.called} does not have the scope customers:read.` });
  const ids: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { ...filters, sort: 'customerId', limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } as const;
    const page: Page = JSON.parse(await list({ store, key, query }));
    if (page.count > MAX_ASSIGNED_CUSTOMERS || ids.length > MAX_ASSIGNED_CUSTOMERS) throw validationProblem([tooMany]);
    ids.push(...page.customers.map(({ customerId }) => customerId));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
  }
}

interface Page {
  readonly customers: readonly { readonly customerId: number }[];
  readonly nextCursor: string | null;
  readonly count: number;
}

const noSelection: Violation = {
  field: 'customerIds',
  code: 'required',
  message: 'The customerIds field is required, unless all is true.',
};
const tooMany: Violation = {
  field: 'all',
  code: 'max',
  message: `The all field must not select more than ${MAX_ASSIGNED_CUSTOMERS} customers; narrow the filters.`,
};
const badUndo: Violation = {
  field: 'undo',
  code: 'unknown',
  message: 'The undo field must be the undo of an earlier answer.',
};
const unknownName: Violation = {
  field: 'name',
  code: 'unknown',
  message: 'The name is none of the client-types of this client, and its list is closed.',
};
