import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useTell } from '../../ui/undo.tsx';
import { useClient } from '../session/queries.ts';
import styles from './client-types.module.css';
import { type ClientType, refreshClientTypes } from './queries.ts';

export function RemoveDialog({ one, onClose }: { one: ClientType; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const tell = useTell();
  const removing = useMutation({
    mutationFn: () => ask(client.name, ({ clientTypes }) => clientTypes.remove({ clienttype: one.name })),
    onSuccess: async () => {
      await refreshClientTypes(client.name);
      onClose();
      tell({ text: t('tags.removed', { tag: one.name }) });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tags.removeTitle', { tag: one.name })}
      closeButtonProps={{ 'aria-label': t('tags.cancel') }}
    >
      <div className={styles.dialog}>
        <p>{t('tags.removeText', { count: one.customers, tag: one.name })}</p>
        <FormProblem error={removing.error} />
        <div className={styles.end}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('tags.cancel')}
          </Button>
          <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
            {t('tags.removeNow')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
