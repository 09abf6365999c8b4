import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowMerge, IconDots, IconPencil, IconTags, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../../ui/page-title.ts';
import { Failed, Slow, State } from '../../ui/states.tsx';
import type { Telling } from '../../ui/time.ts';
import { useTelling } from '../../ui/use-telling.ts';
import { When } from '../../ui/when.tsx';
import { useClient, useMay } from '../session/queries.ts';
import styles from './client-types.module.css';
import { MergeDialog } from './merge-dialog.tsx';
import { type ClientType, clientTypesQuery } from './queries.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';

type Act = 'rename' | 'merge' | 'remove';

/** All client-types, how many customers have each, and the actions on them. */
export default function ClientTypesPage() {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const telling = useTelling(client);
  const list = useQuery(clientTypesQuery(client.name));
  const [acting, setActing] = useState<{ act: Act; on: ClientType }>();
  usePageTitle(t('tags.title'));
  const all = list.data ?? [];
  const close = () => setActing(undefined);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t('tags.title')}</h1>
        <p className={styles.intro}>{t('tags.intro')}</p>
      </header>
      {list.isError && list.data === undefined && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <Slow>
          <p role="status" className={styles.intro}>
            {t('states.moment')}
          </p>
        </Slow>
      )}
      {list.isSuccess && all.length === 0 && (
        <State icon={<IconTags size={36} stroke={1.3} aria-hidden />} title={t('tags.noneYet')}>
          <p>{t('tags.noneYetText')}</p>
        </State>
      )}
      {all.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('tags.name')}</th>
              <th scope="col" className={styles.figure}>
                {t('tags.customers')}
              </th>
              <th scope="col" className={styles.made}>
                {t('tags.made')}
              </th>
              <th scope="col">
                <span className={styles.hidden}>{t('tags.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((one) => (
              <Row
                key={one.name}
                one={one}
                telling={telling}
                number={new Intl.NumberFormat(i18n.language).format(one.customers)}
                canMerge={all.length > 1}
                onAct={(act) => setActing({ act, on: one })}
              />
            ))}
          </tbody>
        </table>
      )}
      {acting?.act === 'rename' && <RenameDialog one={acting.on} all={all} onClose={close} />}
      {acting?.act === 'merge' && <MergeDialog one={acting.on} all={all} onClose={close} />}
      {acting?.act === 'remove' && <RemoveDialog one={acting.on} onClose={close} />}
    </div>
  );
}

interface RowProps {
  readonly one: ClientType;
  readonly telling: Telling;
  readonly number: string;
  readonly canMerge: boolean;
  readonly onAct: (act: Act) => void;
}

function Row({ one, telling, number, canMerge, onAct }: RowProps) {
  const { t } = useTranslation();
  const client = useClient();
  const mayWrite = useMay('customers:write');
  const icon = { size: 16, stroke: 1.6, 'aria-hidden': true };
  return (
    <tr>
      <th scope="row">
        <Link to="/$client/customers" params={{ client: client.name }} search={{ tag: [one.name] }}>
          {one.name}
        </Link>
      </th>
      <td className={styles.figure}>{number}</td>
      <td className={styles.made}>
        <When time={one.createdAt} telling={telling} />
      </td>
      <td className={styles.act}>
        {mayWrite && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('tags.actionsOf', { tag: one.name })}>
                <IconDots size={18} stroke={1.6} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => onAct('rename')}>
                {t('tags.rename')}
              </Menu.Item>
              {canMerge && (
                <Menu.Item leftSection={<IconArrowMerge {...icon} />} onClick={() => onAct('merge')}>
                  {t('tags.merge')}
                </Menu.Item>
              )}
              <Menu.Item
                leftSection={<IconTrash {...icon} />}
                className={styles.danger}
                onClick={() => onAct('remove')}
              >
                {t('tags.remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </td>
    </tr>
  );
}
