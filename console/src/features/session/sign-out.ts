import { useMutation } from '@tanstack/react-query';
import { inSession, sessionApi } from '../../api.ts';

/** Ends the session here, or everywhere. What this tab knew disappears with the page. */
export const useSignOut = () =>
  useMutation({
    mutationFn: (where: 'here' | 'everywhere') =>
      inSession(() => (where === 'here' ? sessionApi.signOut() : sessionApi.signOutEverywhere())),
    onSuccess: () => location.assign('/console/sign-in'),
  });
