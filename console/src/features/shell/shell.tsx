import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../../ui/keys.ts';
import { UndoProvider } from '../../ui/undo.tsx';
import { LostConnection } from '../live/lost-connection.tsx';
import { useLive } from '../live/use-live.ts';
import { useAppliedPreferences } from '../session/preferences.ts';
import { useClient } from '../session/queries.ts';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';

const KeysHelp = lazy(() => import('./keys-help.tsx'));

/** What surrounds every page of a client. */
export function Shell() {
  const { t } = useTranslation();
  const client = useClient();
  useAppliedPreferences();
  const [areKeysShown, showKeys] = useState(false);
  useKeys({ '?': () => showKeys(true) });
  const isConnected = useLive(client.name);
  return (
    <UndoProvider>
      <a href="#page" className={styles.skip}>
        {t('shell.skip')}
      </a>
      <div className={styles.shell}>
        <Rail onShowKeys={() => showKeys(true)} />
        <main id="page" className={styles.page} tabIndex={-1}>
          {!isConnected && <LostConnection />}
          <Outlet key={client.name} />
        </main>
      </div>
      {areKeysShown && (
        <Suspense>
          <KeysHelp onClose={() => showKeys(false)} />
        </Suspense>
      )}
    </UndoProvider>
  );
}
