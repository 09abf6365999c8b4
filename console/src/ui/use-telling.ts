import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Telling } from './time.ts';

const regions: Record<string, string> = { nl: 'nl-NL', en: 'en-GB' };

/** In which language and time zone to say times and amounts. A Belgian house says them the Belgian way. */
export function useTelling({ locale, timeZone }: { locale: string; timeZone: string }): Telling {
  const { language } = useTranslation().i18n;
  const said = locale.startsWith(language) ? locale : (regions[language] ?? language);
  return useMemo(() => ({ locale: said, timeZone }), [said, timeZone]);
}
