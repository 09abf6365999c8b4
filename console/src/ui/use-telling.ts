import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Telling } from './time.ts';

const regions: Record<string, string> = { nl: 'nl-NL', en: 'en-GB' };

/** The language and time zone for times and amounts. A Belgian organisation gets the Belgian formats. */
export function useTelling({ locale, timeZone }: { locale: string; timeZone: string }): Telling {
  const { language } = useTranslation().i18n;
  const said = locale.startsWith(language) ? locale : (regions[language] ?? language);
  return useMemo(() => ({ locale: said, timeZone }), [said, timeZone]);
}
