import type { Customer } from '@foyer/sdk';
import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconLink, IconPencil, IconPrinter } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../../ui/keys.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { useTelling } from '../../ui/use-telling.ts';
import { When } from '../../ui/when.tsx';
import { fullName } from '../customers/name.ts';
import { useClient, useMay } from '../session/queries.ts';
import styles from './customer.module.css';
import { CustomerForm } from './customer-form.tsx';
import { readDraft } from './draft.ts';
import type { FieldName } from './fields.ts';
import { Glance } from './glance.tsx';
import { History } from './history.tsx';
import { Panel } from './panel.tsx';
import { Tags } from './tags.tsx';

export function CustomerRecord({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const client = useClient();
  const telling = useTelling(client);
  const mayWrite = useMay('customers:write');
  const { edit } = useRouterState({ select: ({ location }) => location.state });
  const [editing, setEditing] = useState<FieldName | undefined>(() =>
    mayWrite && (edit === true || readDraft(client.name, customer.customerId) !== undefined)
      ? 'customerSalutation'
      : undefined,
  );
  const editButton = useRef<HTMLButtonElement>(null);
  const name = fullName(customer);
  usePageTitle(name);
  useKeys({ e: mayWrite && editing === undefined ? () => setEditing('customerFirstName') : undefined });
  const done = () => {
    setEditing(undefined);
    requestAnimationFrame(() => editButton.current?.focus());
  };
  return (
    <Panel
      label={t('customer.label', { id: customer.customerId })}
      title={name}
      isKept={editing !== undefined}
      actions={
        mayWrite &&
        editing === undefined && (
          <Button
            ref={editButton}
            variant="default"
            leftSection={<IconPencil size={16} stroke={1.8} aria-hidden />}
            aria-keyshortcuts="e"
            onClick={() => setEditing('customerFirstName')}
          >
            {t('customer.edit')}
          </Button>
        )
      }
    >
      <div className={styles.below}>
        <p className={styles.number}>
          {t('customer.number', { id: customer.customerId })} · {t('customer.changed')}{' '}
          <When time={customer.lastChanged} telling={telling} />
        </p>
        <CopyButton value={`${location.origin}/console/${client.name}/customers/${customer.customerId}`}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t('customer.linkCopied') : t('customer.copyLink')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={copied ? t('customer.linkCopied') : t('customer.copyLink')}
                onClick={copy}
              >
                {copied ? (
                  <IconCheck size={18} stroke={1.6} aria-hidden />
                ) : (
                  <IconLink size={18} stroke={1.6} aria-hidden />
                )}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        <Tooltip label={t('customer.print')}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('customer.print')} onClick={() => print()}>
            <IconPrinter size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <Tags customer={customer} />
      {editing === undefined ? (
        <Glance customer={customer} telling={telling} onEdit={mayWrite ? setEditing : undefined} />
      ) : (
        <CustomerForm customer={customer} telling={telling} focus={editing} onDone={done} />
      )}
      <History customer={customer} telling={telling} />
    </Panel>
  );
}
