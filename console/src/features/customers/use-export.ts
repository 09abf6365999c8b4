import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api.ts';
import { useMay } from '../session/queries.ts';
import { asQuery, type Filters } from './search.ts';

/** All customers that match the filters, including those not scrolled to, as a workbook. */
export function useExport(client: string, { search, ...filters }: Filters) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      ask(client, (foyer) =>
        foyer.exports.file('xlsx', { ...asQuery(filters), ...(search === undefined ? {} : { search }) }),
      ),
    onSuccess: (file) => save(file, `${client} ${t('customers.fileName')} ${today()}.xlsx`),
  });
  return { mayExport: useMay('exports:read'), start: () => mutate(), isUnderWay: isPending, error };
}

/** `2026-11-26`, by the clock of the computer that saves the file. */
const today = (): string => new Intl.DateTimeFormat('sv').format();

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
