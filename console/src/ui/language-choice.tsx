import { useTranslation } from 'react-i18next';
import { languages, speak } from '../words/index.ts';
import styles from './ui.module.css';

const names = { nl: 'Nederlands', en: 'English' };

export function LanguageChoice() {
  const { i18n } = useTranslation();
  return (
    <div className={styles.languages}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.language === language}
          onClick={() => void speak(language)}
        >
          {names[language]}
        </button>
      ))}
    </div>
  );
}
