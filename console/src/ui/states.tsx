import { FoyerError } from '@foyer/sdk';
import { Button, CopyButton } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from './problem-text.ts';
import styles from './ui.module.css';

interface StateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** Does it fill the page? */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
}

/** A page, or part of one, with nothing to list: says why, and what to do. */
export const State = ({ icon, title, isPage = false, children }: StateProps) => {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className={styles.state}>
      {icon}
      <Heading className={styles.stateTitle}>{title}</Heading>
      <div className={styles.stateText}>{children}</div>
    </div>
  );
};

/** What happened, a button to try again, and what to quote in a report. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation();
  const requestId = error instanceof FoyerError ? error.requestId : undefined;
  return (
    <div role="alert">
      <State title={t('states.failed')}>
        <p>{problemText(error, t)}</p>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t('states.tryAgain')}
          </Button>
        )}
        {requestId !== undefined && (
          <p className={styles.requestId}>
            {t('states.requestId')} <code>{requestId}</code>{' '}
            <CopyButton value={requestId}>
              {({ copied, copy }) => (
                <button type="button" className={styles.textButton} onClick={copy}>
                  {copied ? t('states.copied') : t('states.copy')}
                </button>
              )}
            </CopyButton>
          </p>
        )}
      </State>
    </div>
  );
}

const SOON_MS = 200;

/** Shown while loading; nothing for the first moment, so that a quick answer does not flicker. */
export function Slow({ children }: { children: ReactNode }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  return isShown ? children : null;
}
