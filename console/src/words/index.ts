import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { kept } from '../storage.ts';
import type { Words } from './nl.ts';

export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

const load: Record<Language, () => Promise<Words>> = {
  nl: async () => (await import('./nl.ts')).nl,
  en: async () => (await import('./en.ts')).en,
};

const KEPT_AS = 'foyer.language';

const isLanguage = (text: string | undefined | null): text is Language => languages.includes(text as Language);

/** The language chosen here before, or the first of the browser's that we have, or Dutch. */
function firstLanguage(): Language {
  const chosen = kept.get(KEPT_AS);
  return isLanguage(chosen) ? chosen : languageOfBrowser();
}

function languageOfBrowser(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'nl';
}

export async function startWords(): Promise<void> {
  const language = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await load[language]() } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

/** Switches to a chosen language, or back to that of the browser. */
export async function speak(chosen: Language | null): Promise<void> {
  const language = chosen ?? languageOfBrowser();
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await load[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  kept.set(KEPT_AS, chosen);
}
