import { type Customer, versionOf } from '@foyer/sdk';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, isCode, queries } from '../../api.ts';
import { useTell } from '../../ui/undo.tsx';
import { fullName } from '../customers/name.ts';
import { customerKey, historyKey } from '../customers/queries.ts';
import { type FieldName, pick, type Values } from './fields.ts';

/** Somebody else changed the same fields of the record in the meantime. */
export interface Conflict {
  readonly current: Customer;
  readonly changes: Partial<Values>;
  readonly fields: readonly FieldName[];
}

interface Saving {
  readonly changes: Partial<Values>;
  /** The version that was on screen while typing. */
  readonly version: string | undefined;
  /** What the edited fields held then. */
  readonly before: Partial<Values>;
}

/**
 * Saves the edits of a record, and offers to undo them. What others changed in the meantime is never overwritten
 * unseen.
 */
export function useSave(client: string, customerId: number, onSaved: () => void) {
  const { t } = useTranslation();
  const tell = useTell();
  const [conflict, setConflict] = useState<Conflict>();

  const put = async (changes: Partial<Values>, version: string | undefined): Promise<Customer> => {
    const saved = await ask(client, ({ customers }) =>
      customers.update({ customerId, ...changes }, version === undefined ? {} : { ifMatch: version }),
    );
    queries.setQueryData(customerKey(client, customerId), saved);
    void queries.invalidateQueries({ queryKey: historyKey(client, customerId) });
    return saved;
  };
  const undo = (saved: Customer, before: Partial<Values>) => async () => {
    try {
      await put(before, versionOf(saved));
      return t('undo.undone');
    } catch (error) {
      return isCode(error, 'precondition-failed') ? t('undo.changedMeanwhile') : t('undo.failed');
    }
  };

  /** What others changed elsewhere in the record stays; for the same field the user is asked. */
  const save = async ({ changes, version, before }: Saving): Promise<Customer | undefined> => {
    try {
      return await put(changes, version);
    } catch (error) {
      if (!isCode(error, 'precondition-failed') || error.current === undefined) throw error;
      const { current } = error;
      const names = Object.keys(changes) as FieldName[];
      const fields = names.filter((name) => {
        const theirs = current[name] ?? '';
        return theirs !== before[name] && theirs !== changes[name];
      });
      if (fields.length === 0) return save({ changes, version: versionOf(current), before: pick(current, names) });
      setConflict({ current, changes, fields });
      return undefined;
    }
  };
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (saved, { changes, before }) => {
      if (saved === undefined) return;
      setConflict(undefined);
      onSaved();
      const names = Object.keys(changes) as FieldName[];
      const [first] = names;
      if (first === undefined) return;
      const text =
        names.length === 1
          ? t('customer.savedField', { field: t(`fields.${first}`), name: fullName(saved) })
          : t('customer.saved', { name: fullName(saved) });
      tell({ text, undo: undo(saved, before) });
    },
  });
  return { saving, conflict, dropConflict: () => setConflict(undefined) };
}
