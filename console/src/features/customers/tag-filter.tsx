import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clientTypesQuery } from '../client-types/queries.ts';
import { useClient } from '../session/queries.ts';

const MOST = 20;

/** By which client-types the list is narrowed. */
export default function TagFilter({
  value,
  onChange,
}: {
  value: readonly string[];
  onChange: (tags: string[]) => void;
}) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(clientTypesQuery(useClient().name));
  const names = new Set([...value, ...data.map(({ name }) => name)]);
  return (
    <MultiSelect
      label={t('filters.hasTags')}
      data={[...names]}
      value={[...value]}
      onChange={onChange}
      searchable
      hidePickedOptions
      maxValues={MOST}
      nothingFoundMessage={t('tags.noneFit')}
      comboboxProps={{ withinPortal: false, position: 'bottom' }}
      data-autofocus
      autoFocus
    />
  );
}
