import { Button, Modal, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useTell } from '../../ui/undo.tsx';
import { useClient } from '../session/queries.ts';
import styles from './client-types.module.css';
import { type ClientType, refreshClientTypes } from './queries.ts';

interface Props {
  readonly one: ClientType;
  readonly all: readonly ClientType[];
  readonly onClose: () => void;
}

export function MergeDialog({ one, all, onClose }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const tell = useTell();
  const [into, setInto] = useState<string | null>(null);
  const merging = useMutation({
    mutationFn: (name: string) =>
      ask(client.name, ({ clientTypes }) => clientTypes.rename({ clienttype: one.name, name })),
    onSuccess: async ({ name }) => {
      await refreshClientTypes(client.name);
      onClose();
      tell({ text: t('tags.merged', { from: one.name, to: name }) });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tags.mergeTitle', { tag: one.name })}
      closeButtonProps={{ 'aria-label': t('tags.cancel') }}
    >
      <div className={styles.dialog}>
        <Select
          label={t('tags.mergeInto')}
          size="md"
          searchable
          data={all.filter(({ name }) => name !== one.name).map(({ name }) => name)}
          value={into}
          onChange={setInto}
          data-autofocus
        />
        {into !== null && <p>{t('tags.mergeText', { count: one.customers, from: one.name, to: into })}</p>}
        <FormProblem error={merging.error} />
        <div className={styles.end}>
          <Button variant="default" onClick={onClose}>
            {t('tags.cancel')}
          </Button>
          <Button
            disabled={into === null}
            loading={merging.isPending}
            onClick={() => into !== null && merging.mutate(into)}
          >
            {t('tags.mergeNow')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
