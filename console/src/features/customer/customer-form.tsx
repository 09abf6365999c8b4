import { type Customer, versionOf } from '@foyer/sdk';
import { Alert } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Telling } from '../../ui/time.ts';
import { fieldErrors } from '../../ui/violations.ts';
import { useClient } from '../session/queries.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { keepDraft, readDraft } from './draft.ts';
import { changesOf, type FieldName, fieldNames, pick, valuesOf } from './fields.ts';
import { FormFields, focusFirstError } from './form-fields.tsx';
import { SaveBar } from './save-bar.tsx';
import { useSave } from './use-save.ts';

interface Props {
  readonly customer: Customer;
  readonly telling: Telling;
  readonly focus: FieldName;
  readonly onDone: () => void;
}

/** The form that edits the record, in the place where it is read. */
export function CustomerForm({ customer, telling, focus, onDone }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const { customerId } = customer;
  const [draft] = useState(() => readDraft(client.name, customerId));
  // What the record shows from now on is not what was looked at when somebody began to type.
  // What the record shows from now on is not what was looked at when somebody began to type.
  const [{ original, version }] = useState(
    () => draft ?? { original: pick(customer, fieldNames), version: versionOf(customer) },
  );
  const base = valuesOf(original, telling.locale);
  const form = useForm({ initialValues: draft?.values ?? base });
  const changes = changesOf(form.values, base);
  const names = Object.keys(changes) as FieldName[];
  const { saving, conflict, dropConflict } = useSave(client.name, customerId, () => {
    keepDraft(client.name, customerId, undefined);
    onDone();
  });
  const isDirty = names.length > 0;
  useEffect(() => {
    keepDraft(client.name, customerId, isDirty ? { values: form.values, original, version } : undefined);
  }, [client.name, customerId, form.values, isDirty, original, version]);

  const cancel = () => {
    keepDraft(client.name, customerId, undefined);
    onDone();
  };
  const save = () => {
    if (!isDirty) return cancel();
    saving.mutate(
      { changes, version, before: Object.fromEntries(names.map((name) => [name, original[name]])) },
      {
        onError: (error) => {
          form.setErrors(fieldErrors(error, t));
          focusFirstError(error);
        },
      },
    );
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !isDirty && !event.defaultPrevented) cancel();
      }}
    >
      {draft !== undefined && (
        <Alert color="yellow" mb="md">
          {t('customer.draft')}
        </Alert>
      )}
      <FormFields form={form} focus={focus} />
      <SaveBar count={names.length} error={saving.error} isSaving={saving.isPending} onCancel={cancel} />
      {conflict && (
        <ConflictDialog
          conflict={conflict}
          isSaving={saving.isPending}
          onCancel={dropConflict}
          onChoose={(chosen) =>
            saving.mutate({
              changes: chosen,
              version: versionOf(conflict.current),
              before: pick(conflict.current, Object.keys(chosen) as FieldName[]),
            })
          }
        />
      )}
    </form>
  );
}
