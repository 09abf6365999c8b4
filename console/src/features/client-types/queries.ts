import { queryOptions } from '@tanstack/react-query';
import { ask, queries } from '../../api.ts';

export const clientTypesKey = (client: string) => ['client-types', client] as const;

export const clientTypesQuery = (client: string) =>
  queryOptions({
    queryKey: clientTypesKey(client),
    queryFn: ({ signal }) => ask(client, ({ clientTypes }) => clientTypes.list({}, { signal, retries: 0 })),
  });

export interface ClientType {
  readonly name: string;
  readonly customers: number;
  readonly createdAt: string;
}

/** Refreshes what shows client-types: the list of them, and every customer. */
export async function refreshClientTypes(client: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: clientTypesKey(client) }),
    queries.invalidateQueries({ queryKey: ['customers', client] }),
  ]);
}
