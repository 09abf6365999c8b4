import type { TFunction } from 'i18next';
import styles from './ui.module.css';

/** A muted dash where there is nothing. */
export function Nothing({ t }: { t: TFunction }) {
  return (
    <span className={styles.nothing}>
      <span aria-hidden>–</span>
      <span className={styles.hidden}>{t('states.empty')}</span>
    </span>
  );
}
