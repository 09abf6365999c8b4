import { Button, SegmentedControl, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../ui/form-problem.tsx';
import { switchKeys, useKeysOn } from '../../ui/keys.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { speak } from '../../words/index.ts';
import { usePrefer } from '../session/preferences.ts';
import { useSession } from '../session/queries.ts';
import { useSignOut } from '../session/sign-out.ts';
import styles from './account.module.css';
import { PasswordForm } from './password-form.tsx';

/** The account page: appearance and language, password, and signing out. */
export default function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  const prefer = usePrefer();
  const signOut = useSignOut();
  const areKeysOn = useKeysOn();
  const { language, theme, density } = session.preferences;
  usePageTitle(t('account.title'));
  return (
    <div className={styles.page}>
      <h1>{t('account.title')}</h1>
      <p className={styles.who}>
        {session.name !== '' && <strong>{session.name}</strong>} {session.email}
      </p>
      <Part title={t('account.look')}>
        <Choice
          label={t('account.language')}
          value={language ?? 'auto'}
          options={[
            ['auto', t('account.languageAuto')],
            ['nl', 'Nederlands'],
            ['en', 'English'],
          ]}
          onChange={(next) => {
            const chosen = next === 'auto' ? null : (next as 'nl' | 'en');
            prefer({ language: chosen });
            void speak(chosen);
          }}
        />
        <Choice
          label={t('account.theme')}
          value={theme ?? 'auto'}
          options={[
            ['auto', t('account.themeAuto')],
            ['light', t('account.themeLight')],
            ['dark', t('account.themeDark')],
          ]}
          onChange={(next) => prefer({ theme: next as 'light' | 'dark' | 'auto' })}
        />
        <Choice
          label={t('account.density')}
          value={density ?? 'normal'}
          options={[
            ['normal', t('account.densityNormal')],
            ['compact', t('account.densityCompact')],
          ]}
          onChange={(next) => prefer({ density: next as 'normal' | 'compact' })}
        />
        <Switch
          label={t('account.keys')}
          description={t('account.keysText')}
          checked={areKeysOn}
          onChange={(event) => switchKeys(event.currentTarget.checked)}
        />
      </Part>
      <Part title={t('account.password')}>
        <PasswordForm hasPassword={session.hasPassword} email={session.email} />
      </Part>
      <Part title={t('account.sessions')}>
        <p className={styles.text}>{t('account.everywhereText')}</p>
        <FormProblem error={signOut.error} />
        <div className={styles.ways}>
          <Button variant="default" onClick={() => signOut.mutate('here')}>
            {t('session.signOut')}
          </Button>
          <Button variant="default" className={styles.danger} onClick={() => signOut.mutate('everywhere')}>
            {t('session.signOutEverywhere')}
          </Button>
        </div>
      </Part>
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={styles.part}>
    <h2>{title}</h2>
    {children}
  </section>
);

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

const Choice = ({ label, value, options, onChange }: ChoiceProps) => (
  <fieldset className={styles.choice}>
    <legend>{label}</legend>
    <SegmentedControl
      aria-label={label}
      value={value}
      data={options.map(([name, text]) => ({ value: name, label: text }))}
      onChange={onChange}
    />
  </fieldset>
);
