import { Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clientTypesQuery } from '../client-types/queries.ts';
import { useClient } from '../session/queries.ts';
import styles from './customers.module.css';

/** How many tags the service takes at once. */
const MOST = 20;

interface Props {
  readonly value: readonly string[];
  readonly onChange: (tags: string[]) => void;
}

/** The client-types by which the list is filtered. */
export function TagFilter({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const { data = [] } = useQuery(clientTypesQuery(useClient().name));
  const names = [...new Set([...value, ...data.map(({ name }) => name)])];
  const fitting = names.filter((name) => name.toLowerCase().includes(typed.trim().toLowerCase()));
  const toggle = (name: string) =>
    onChange(value.includes(name) ? value.filter((one) => one !== name) : [...value, name]);
  return (
    <div className={styles.tagFilter}>
      <TextInput
        label={t('filters.hasTags')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <div className={styles.tagChoices}>
        {fitting.map((name) => (
          <Checkbox
            key={name}
            label={name}
            checked={value.includes(name)}
            disabled={!value.includes(name) && value.length >= MOST}
            onChange={() => toggle(name)}
          />
        ))}
        {fitting.length === 0 && <p>{t('tags.noneFit')}</p>}
      </div>
    </div>
  );
}
