import { useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { inSession, queries, type Session, sessionApi, sessionQuery } from '../../api.ts';
import { speak } from '../../words/index.ts';
import { useSession } from './queries.ts';

type Preferences = Partial<Session['preferences']>;

/** Changes preferences: here at once, and stored with the account. */
export function usePrefer(): (change: Preferences) => void {
  const { mutate } = useMutation({
    mutationFn: (change: Preferences) => inSession(() => sessionApi.setPreferences(change)),
    onMutate: (change) => {
      queries.setQueryData(
        sessionQuery.queryKey,
        (session) => session && { ...session, preferences: { ...session.preferences, ...change } },
      );
    },
  });
  return mutate;
}

/** Applies the person's preferences to the page. */
export function useAppliedPreferences(): void {
  const { language, theme, density } = useSession().preferences;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (language !== null) void speak(language);
  }, [language]);
  useEffect(() => {
    if (theme !== null) setColorScheme(theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset.density = density ?? 'normal';
  }, [density]);
}
