import { lazy, Suspense, useSyncExternalStore } from 'react';
import { endedSession } from '../../ended.ts';

const SignInAgain = lazy(() => import('./sign-in-again.tsx'));

/** Watches for the end of the session in the middle of work. */
export function SessionEnded() {
  const isEnded = useSyncExternalStore(endedSession.subscribe, endedSession.isEnded);
  return (
    isEnded && (
      <Suspense>
        <SignInAgain />
      </Suspense>
    )
  );
}
