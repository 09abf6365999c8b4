import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../../ui/keys.ts';
import { useCloseRecord } from '../customers/record-open.ts';
import styles from './customer.module.css';

interface Props {
  readonly title: ReactNode;
  readonly label: string;
  readonly actions?: ReactNode;
  readonly below?: ReactNode;
  readonly isKept?: boolean;
  readonly children: ReactNode;
}

/** The panel beside the list, or over it. `Esc` closes it, unless something typed would disappear. */
export function Panel({ title, label, actions, below, isKept = false, children }: Props) {
  const { t } = useTranslation();
  const close = useCloseRecord();
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record is another place to be
  useEffect(() => heading.current?.focus({ preventScroll: true }), [label]);
  useKeys({ Escape: isKept ? undefined : close });
  return (
    <section className={styles.panel} aria-label={label}>
      <header className={styles.header}>
        <ActionIcon
          className={styles.backwards}
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('customer.close')}
          onClick={close}
        >
          <IconArrowLeft size={20} stroke={1.8} aria-hidden />
        </ActionIcon>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        <div className={styles.actions}>
          {actions}
          <Tooltip label={t('customer.close')}>
            <ActionIcon
              className={styles.closing}
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('customer.close')}
              aria-keyshortcuts="Escape"
              onClick={close}
            >
              <IconX size={20} stroke={1.8} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      </header>
      <div className={styles.body}>{children}</div>
      {below}
    </section>
  );
}
