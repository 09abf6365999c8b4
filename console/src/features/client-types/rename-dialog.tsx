import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useTell } from '../../ui/undo.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import { useClient } from '../session/queries.ts';
import styles from './client-types.module.css';
import { type ClientType, refreshClientTypes } from './queries.ts';

interface Props {
  readonly one: ClientType;
  readonly all: readonly ClientType[];
  readonly onClose: () => void;
}

/** A new name, for all its customers. The name of another client-type merges the two; the dialog says so first. */
export function RenameDialog({ one, all, onClose }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const tell = useTell();
  const form = useForm({ initialValues: { name: one.name } });
  const typed = form.values.name.trim().toLowerCase();
  const other = all.find(({ name }) => name !== one.name && name.toLowerCase() === typed);
  const rename = async (from: string, to: string) => {
    const renamed = await ask(client.name, ({ clientTypes }) => clientTypes.rename({ clienttype: from, name: to }));
    await refreshClientTypes(client.name);
    return renamed;
  };
  const renaming = useMutation({
    mutationFn: ({ name }: { name: string }) => rename(one.name, name),
    onSuccess: ({ name }) => {
      onClose();
      if (other !== undefined) return tell({ text: t('tags.merged', { from: one.name, to: name }) });
      tell({
        text: t('tags.renamed', { from: one.name, to: name }),
        undo: async () => {
          try {
            await rename(name, one.name);
            return t('undo.undone');
          } catch {
            return t('undo.failed');
          }
        },
      });
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tags.renameTitle', { tag: one.name })}
      closeButtonProps={{ 'aria-label': t('tags.cancel') }}
    >
      <form className={styles.dialog} onSubmit={form.onSubmit((values) => renaming.mutate(values))} noValidate>
        <TextInput label={t('tags.newName')} size="md" maxLength={255} data-autofocus {...form.getInputProps('name')} />
        <p>
          {other === undefined
            ? t('tags.renameText', { count: one.customers })
            : t('tags.mergeText', { count: one.customers, from: one.name, to: other.name })}
        </p>
        <FormProblem error={renaming.error} />
        <div className={styles.end}>
          <Button variant="default" onClick={onClose}>
            {t('tags.cancel')}
          </Button>
          <Button type="submit" loading={renaming.isPending} disabled={form.values.name.trim() === one.name}>
            {other === undefined ? t('tags.rename') : t('tags.mergeNow')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
