import { useTranslation } from 'react-i18next';
import styles from './ui.module.css';

/** A quiet dash where there is nothing. */
export function Nothing() {
  const { t } = useTranslation();
  return (
    <span className={styles.nothing}>
      <span aria-hidden>–</span>
      <span className={styles.hidden}>{t('states.empty')}</span>
    </span>
  );
}
