import { IconTags, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../ui/mark.tsx';
import { useClient } from '../session/queries.ts';
import { AccountMenu } from './account-menu.tsx';
import styles from './shell.module.css';

/** The navigation: on the left, on a phone at the bottom. */
export function Rail({ onShowKeys }: { onShowKeys: () => void }) {
  const { t } = useTranslation();
  const { name: client } = useClient();
  return (
    <nav className={styles.rail} aria-label={t('shell.pages')}>
      <div className={styles.mark}>
        <Mark size={32} />
      </div>
      <Link
        className={styles.item}
        to="/$client/customers"
        params={{ client }}
        activeOptions={{ includeSearch: false }}
      >
        <IconUsers size={22} stroke={1.6} aria-hidden />
        {t('shell.customers')}
      </Link>
      <Link className={styles.item} to="/$client/tags" params={{ client }}>
        <IconTags size={22} stroke={1.6} aria-hidden />
        {t('shell.tags')}
      </Link>
      <AccountMenu onShowKeys={onShowKeys} />
    </nav>
  );
}
