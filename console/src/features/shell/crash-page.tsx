import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Failed } from '../../ui/states.tsx';

/** A page that cannot be shown at all. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Failed
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
