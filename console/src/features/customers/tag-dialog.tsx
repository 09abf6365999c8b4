import { Autocomplete, Button, Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isCode } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useTell } from '../../ui/undo.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import { clientTypesQuery, refreshClientTypes } from '../client-types/queries.ts';
import { useClient } from '../session/queries.ts';
import { assign, type Selection, undoAssign } from './bulk.ts';
import styles from './customers.module.css';

interface Props {
  readonly action: 'add' | 'remove';
  readonly selection: Selection;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks for the client-type, then says what will change for how many customers. */
export default function TagDialog({ action, selection, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const tell = useTell();
  const [typed, setTyped] = useState('');
  const [name] = useDebouncedValue(typed.trim(), 200);
  const { data: all = [] } = useQuery(clientTypesQuery(client.name));
  const counted = useQuery({
    queryKey: ['bulk', client.name, action, selection, name],
    queryFn: () => assign(client.name, { name, action, selection }, true),
    enabled: name !== '',
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const undo = (clienttype: string, token: string) => async () => {
    try {
      await undoAssign(client.name, clienttype, token);
      return t('undo.undone');
    } catch {
      return t('undo.failed');
    } finally {
      void refreshClientTypes(client.name);
    }
  };
  const doing = useMutation({
    mutationFn: () => assign(client.name, { name, action, selection }, false),
    onSuccess: async ({ changed, undo: token }) => {
      await refreshClientTypes(client.name);
      onDone();
      tell({
        text:
          action === 'add'
            ? t('bulk.added', { count: changed, tag: name })
            : t('bulk.removed', { count: changed, tag: name }),
        ...(token === null ? {} : { undo: undo(name, token) }),
      });
    },
  });
  const isReady = counted.isSuccess && name === typed.trim() && counted.data.changed > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) doing.mutate();
  };
  const isNew = name !== '' && !all.some((one) => one.name.toLowerCase() === name.toLowerCase());
  const error = counted.error ?? doing.error;
  const { selected = 0, changed = 0, full = 0 } = counted.data ?? {};
  const others = selected - changed - full;
  return (
    <Modal
      opened
      onClose={onClose}
      title={action === 'add' ? t('bulk.addTitle') : t('bulk.removeTitle')}
      closeButtonProps={{ 'aria-label': t('bulk.cancel') }}
    >
      <form className={styles.dialog} onSubmit={submit} noValidate>
        <Autocomplete
          label={t('bulk.tag')}
          size="md"
          data={all.map((one) => one.name)}
          value={typed}
          onChange={setTyped}
          maxLength={255}
          limit={50}
          data-autofocus
          error={error && Object.values(fieldErrors(error, t))[0]}
        />
        <p role="status" className={styles.preview}>
          {counted.isSuccess && counted.data.changed > 0 && (
            <>
              {action === 'add'
                ? t('bulk.willAdd', { count: counted.data.changed, tag: name })
                : t('bulk.willRemove', { count: counted.data.changed, tag: name })}{' '}
              {others > 0 && t('bulk.others', { count: others })}{' '}
              {action === 'add' && isNew && t('bulk.new', { tag: name })}
            </>
          )}
          {counted.isSuccess && counted.data.changed === 0 && t('bulk.nothingToDo')}{' '}
          {counted.isSuccess && counted.data.full > 0 && t('bulk.full', { count: counted.data.full })}
          {isCode(counted.error, 'not-found') && t('bulk.noneHas')}
        </p>
        {!isCode(error, 'not-found') && <FormProblem error={error} />}
        <div className={styles.dialogEnd}>
          <Button variant="default" onClick={onClose}>
            {t('bulk.cancel')}
          </Button>
          <Button type="submit" disabled={!isReady} loading={doing.isPending}>
            {action === 'add' ? t('bulk.addNow') : t('bulk.removeNow')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
