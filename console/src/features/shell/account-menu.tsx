import { IconCheck, IconKeyboard, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Dropdown } from '../../ui/dropdown.tsx';
import { usePrefer } from '../session/preferences.ts';
import { useClient, useSession } from '../session/queries.ts';
import { useSignOut } from '../session/sign-out.ts';
import styles from './shell.module.css';

const initials = (name: string): string => {
  const words = name.split(/[\s@.]+/).filter((word) => /^\p{L}/u.test(word));
  return `${words[0]?.[0] ?? '?'}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
};

const icon = { size: 18, stroke: 1.6, 'aria-hidden': true };

/** Who is signed in, and where. */
export function AccountMenu({ onShowKeys }: { onShowKeys: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const client = useClient();
  const navigate = useNavigate();
  const prefer = usePrefer();
  const signOut = useSignOut();
  const name = session.name || session.email;
  const goTo = (to: string) => {
    prefer({ client: to });
    void navigate({ to: '/$client/customers', params: { client: to } });
  };
  return (
    <Dropdown
      label={t('shell.account', { name })}
      buttonLabel={t('shell.account', { name })}
      className={styles.account}
      button={
        <>
          <span
            className={styles.initials}
            data-initials={initials(session.name || (session.email.split('@')[0] ?? ''))}
          />
          <span className={styles.accountWord}>{t('shell.accountWord')}</span>
        </>
      }
      side="right"
      width={260}
    >
      {(close) => (
        <>
          <p className={styles.who}>
            <strong>{name}</strong>
            {session.name !== '' && <span>{session.email}</span>}
          </p>
          <ul className={styles.menu} aria-label={session.clients.length > 1 ? t('shell.clients') : t('shell.client')}>
            {session.clients.map((one) => (
              <li key={one.name}>
                <button
                  type="button"
                  aria-current={one.name === client.name || undefined}
                  onClick={() => {
                    close();
                    goTo(one.name);
                  }}
                >
                  {one.title || one.name}
                  {one.name === client.name && <IconCheck {...icon} />}
                </button>
              </li>
            ))}
          </ul>
          <ul className={styles.menu}>
            <li>
              <Link to="/$client/account" params={{ client: client.name }} onClick={close}>
                <IconUserCircle {...icon} />
                {t('account.title')}
              </Link>
            </li>
            <li>
              <button
                type="button"
                onClick={() => {
                  close();
                  onShowKeys();
                }}
              >
                <IconKeyboard {...icon} />
                {t('keys.title')}
              </button>
            </li>
            <li>
              <button type="button" onClick={() => signOut.mutate('here')}>
                <IconLogout {...icon} />
                {t('session.signOut')}
              </button>
            </li>
          </ul>
        </>
      )}
    </Dropdown>
  );
}
