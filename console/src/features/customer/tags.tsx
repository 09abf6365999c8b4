import type { Customer } from '@foyer/sdk';
import { Button, CloseButton, Combobox, TextInput, useCombobox } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../ui/form-problem.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import { clientTypesQuery } from '../client-types/queries.ts';
import { useClient, useMay } from '../session/queries.ts';
import styles from './customer.module.css';
import { useTags } from './use-tags.ts';

/** The client-types of a customer. Each step is saved at once, and can be undone. */
export function Tags({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const mayWrite = useMay('customers:write');
  const tags = useTags(customer);
  const { customerTags } = customer;
  return (
    <section className={styles.tags} aria-label={t('fields.customerTags')}>
      <ul className={styles.pills}>
        {customerTags.map((tag) => (
          <li key={tag} className={styles.pill}>
            {tag}
            {mayWrite && (
              <CloseButton
                size={18}
                iconSize={12}
                radius="xl"
                aria-label={t('tags.take', { tag })}
                disabled={tags.isPending}
                onClick={() => tags.mutate({ tag, action: 'remove' })}
              />
            )}
          </li>
        ))}
        {customerTags.length === 0 && !mayWrite && <li className={styles.quiet}>{t('tags.none')}</li>}
        {mayWrite && (
          <li>
            <AddTag has={customerTags} onAdd={(tag) => tags.mutate({ tag, action: 'add' })} />
          </li>
        )}
      </ul>
      <FormProblem error={tags.error} />
      {tags.error && (
        <p role="alert" className={styles.wrong}>
          {Object.values(fieldErrors(tags.error, t))[0]}
        </p>
      )}
    </section>
  );
}

function AddTag({ has, onAdd }: { has: readonly string[]; onAdd: (tag: string) => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const all = useQuery({ ...clientTypesQuery(client.name), enabled: isOpen }).data ?? [];
  const wanted = typed.trim();
  const isSame = (name: string) => name.toLowerCase() === wanted.toLowerCase();
  const fitting = all.filter(({ name }) => !has.includes(name) && name.toLowerCase().includes(wanted.toLowerCase()));
  const isNew = wanted !== '' && client.clientTypes === 'open' && !all.some(({ name }) => isSame(name));
  const close = () => {
    setOpen(false);
    setTyped('');
    combobox.closeDropdown();
  };
  const add = (tag: string) => {
    close();
    onAdd(tag);
  };
  if (!isOpen) {
    return (
      <Button
        size="compact-xs"
        variant="default"
        radius="xl"
        className={styles.addTag}
        leftSection={<IconPlus size={13} stroke={2} aria-hidden />}
        onClick={() => {
          setOpen(true);
          combobox.openDropdown();
        }}
      >
        {t('tags.add')}
      </Button>
    );
  }
  return (
    <Combobox store={combobox} onOptionSubmit={add} width={240} position="bottom-start">
      <Combobox.Target>
        <TextInput
          size="xs"
          className={styles.tagInput}
          aria-label={t('tags.addLabel')}
          placeholder={t('tags.addHint')}
          maxLength={255}
          autoFocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
          onBlur={close}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            close();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={240} className={styles.options} aria-label={t('fields.customerTags')}>
          {fitting.map(({ name, customers }) => (
            <Combobox.Option key={name} value={name}>
              <span className={styles.option}>
                {name} <span className={styles.quiet}>{customers}</span>
              </span>
            </Combobox.Option>
          ))}
          {isNew && <Combobox.Option value={wanted}>{t('tags.make', { tag: wanted })}</Combobox.Option>}
          {fitting.length === 0 && !isNew && <Combobox.Empty>{t('tags.noneFit')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
