import type { Scope } from '@foyer/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queries, type Session, type SessionClient, sessionQuery } from '../../api.ts';
import { endedSession } from '../../ended.ts';

export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;

/** The client of this page. */
export function useClient(): SessionClient {
  const session = useSession();
  const { client } = useParams({ strict: false });
  const found = session.clients.find(({ name }) => name === client);
  if (found === undefined) throw new Error('The page of a client is shown to its staff only');
  return found;
}

/** May this person do that here? The server decides in the end. */
export const useMay = (scope: Scope): boolean => useClient().scopes.includes(scope);

/** Adopts a new session: the first, or one after the previous has ended. */
export function takeSession(session: Session): void {
  const before = queries.getQueryData(sessionQuery.queryKey);
  queries.setQueryData(sessionQuery.queryKey, session);
  // This person must not see what another person was shown.
  if (before !== undefined && before.staffId !== session.staffId) location.reload();
  if (endedSession.isEnded()) {
    endedSession.signedIn();
    void queries.invalidateQueries();
  }
}
