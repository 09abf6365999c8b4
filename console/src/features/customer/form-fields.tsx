import { customerInput, FoyerError } from '@foyer/sdk';
import { TextInput, type TextInputProps } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './customer.module.css';
import { type FieldName, groups, isRequired, type Values } from './fields.ts';

const kinds: Partial<Record<FieldName, TextInputProps>> = {
  email: { type: 'email' },
  customerPhone: { type: 'tel' },
  customerCredit: { inputMode: 'decimal', leftSection: '€' },
};

interface Props {
  readonly form: UseFormReturnType<Values>;
  readonly focus: FieldName;
  /** What is shown below a field, beside its errors. */
  readonly hints?: Partial<Record<FieldName, ReactNode>>;
  readonly onLeave?: (field: FieldName) => void;
}

/** All fields of a record as inputs, in the groups and the order in which they are read. */
export function FormFields({ form, focus, hints = {}, onLeave }: Props) {
  const { t } = useTranslation();
  return groups.map(({ name, fields }) => (
    <fieldset key={name} className={styles.group}>
      <legend>{t(`groups.${name}`)}</legend>
      {fields.map((field) => (
        <div key={field} className={styles.entry}>
          <TextInput
            id={`field-${field}`}
            label={t(`fields.${field}`)}
            required={isRequired(field)}
            labelProps={{ className: styles.entryLabel }}
            classNames={{ root: styles.entryRoot, error: styles.entryError, description: styles.entryHint }}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            description={hints[field]}
            autoComplete="off"
            data-1p-ignore
            data-short={lengthOf(field) <= 20 || undefined}
            autoFocus={field === focus}
            {...kinds[field]}
            {...form.getInputProps(field)}
            onBlur={() => onLeave?.(field)}
          />
        </div>
      ))}
    </fieldset>
  ));
}

const lengthOf = (field: FieldName): number => {
  const rule: { max?: number; length?: number; kind: string } = customerInput[field];
  return rule.length ?? rule.max ?? (rule.kind === 'email' ? 254 : 20);
};

/** Moves the focus to the first refused field, once its message is shown. */
export function focusFirstError(error: Error): void {
  const first = error instanceof FoyerError ? error.violations[0]?.field : undefined;
  if (first !== undefined) requestAnimationFrame(() => document.getElementById(`field-${first}`)?.focus());
}
