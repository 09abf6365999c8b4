import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from '../../api.ts';
import { historyKey } from '../customers/queries.ts';

const MOST_PER_PAGE = 200;

/** The latest changes of a customer: as many as are shown, and one more to know whether there are more. */
export const historyQuery = (client: string, customerId: number, shown: number) =>
  queryOptions({
    queryKey: [...historyKey(client, customerId), shown],
    queryFn: ({ signal }) =>
      ask(client, async ({ changes }) => {
        const limit = Math.min(shown + 1, MOST_PER_PAGE);
        const taken = [];
        for await (const change of changes.history({ customerId, limit }, { signal, retries: 0 })) {
          taken.push(change);
          if (taken.length > shown) break;
        }
        return taken;
      }),
    placeholderData: keepPreviousData,
  });

export type HistoricChange = Awaited<ReturnType<NonNullable<ReturnType<typeof historyQuery>['queryFn']>>>[number];
