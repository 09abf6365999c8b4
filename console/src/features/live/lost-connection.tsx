import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import styles from './live.module.css';

/** Shown while changes by others cannot be seen. */
export function LostConnection() {
  const { t } = useTranslation();
  return (
    <div role="status" className={styles.lost}>
      <IconCloudOff size={18} stroke={1.6} aria-hidden />
      {t('live.lost')}
    </div>
  );
}
