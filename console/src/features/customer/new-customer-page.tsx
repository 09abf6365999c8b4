import type { Customer, CustomerInput } from '@foyer/sdk';
import { FoyerError } from '@foyer/sdk';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, isCode, queries } from '../../api.ts';
import { AnchorLink } from '../../ui/links.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useTell } from '../../ui/undo.tsx';
import { useTelling } from '../../ui/use-telling.ts';
import { fieldErrors } from '../../ui/violations.ts';
import { fullName } from '../customers/name.ts';
import { customerKey, customerQuery, listsKey } from '../customers/queries.ts';
import { useCloseRecord } from '../customers/record-open.ts';
import { useClient } from '../session/queries.ts';
import styles from './customer.module.css';
import { keepDraft, readDraft } from './draft.ts';
import { changesOf, type FieldName, valuesOf } from './fields.ts';
import { FormFields, focusFirstError } from './form-fields.tsx';
import { Panel } from './panel.tsx';
import { SaveBar } from './save-bar.tsx';

const route = getRouteApi('/$client/customers/new');

/** The search text that found nobody is the beginning of the new record. */
function begin(search: string | undefined): Partial<Customer> {
  if (search === undefined) return {};
  if (search.includes('@')) return { email: search };
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const words = search.split(/\s+/).filter((word) => /^\p{L}[\p{L}'’-]*$/u.test(word));
  if (words.length === 0) return {};
  const last = capital(words.at(-1) ?? '');
  if (words.length === 1) return { customerLastName: last };
  const [first = '', ...between] = words.slice(0, -1);
  return { customerFirstName: capital(first), customerPreposition: between.join(' '), customerLastName: last };
}

export default function NewCustomerPage() {
  const { t } = useTranslation();
  const client = useClient();
  const telling = useTelling(client);
  const tell = useTell();
  const close = useCloseRecord();
  const navigate = route.useNavigate();
  const { search } = route.useSearch();
  usePageTitle(t('customers.new'));

  const empty = valuesOf({}, telling.locale);
  const [draft] = useState(() => readDraft(client.name, 'new'));
  const [first] = useState(() => draft?.values ?? valuesOf(begin(search), telling.locale));
  const form = useForm({ initialValues: first });
  const fields = changesOf(form.values, empty);
  const isDirty = form.isDirty() || draft !== undefined;
  useEffect(() => {
    keepDraft(client.name, 'new', isDirty ? { values: form.values, original: {}, version: undefined } : undefined);
  }, [client.name, form.values, isDirty]);

  const [email, setEmail] = useState('');
  const known = useQuery({
    queryKey: ['by-email', client.name, email],
    queryFn: ({ signal }) => findByEmail(client.name, email, signal),
    enabled: email !== '',
    retry: false,
  }).data;

  const leave = () => keepDraft(client.name, 'new', undefined);
  const open = (customerId: number) =>
    navigate({
      to: '/$client/customers/$customerId',
      params: { client: client.name, customerId: String(customerId) },
      search: true,
      replace: true,
    });
  const creating = useMutation({
    mutationFn: () => ask(client.name, ({ customers }) => customers.create(fields as CustomerInput)),
    onSuccess: (made) => {
      leave();
      queries.setQueryData(customerKey(client.name, made.customerId), made);
      void queries.invalidateQueries({ queryKey: listsKey(client.name) });
      tell({ text: t('customer.made', { name: fullName(made) }) });
      void open(made.customerId);
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, t));
      focusFirstError(error);
    },
  });
  const takenBy =
    creating.error instanceof FoyerError ? creating.error.violations.filter(({ code }) => code === 'taken') : [];
  const hints: Partial<Record<FieldName, ReactNode>> = Object.fromEntries(
    takenBy.flatMap(({ field, customerId }) =>
      customerId === undefined ? [] : [[field, <Owner key={field} customerId={customerId} onGo={leave} />]],
    ),
  );
  if (known !== undefined && known !== null)
    hints.email = <Owner key="email" customerId={known.customerId} onGo={leave} />;

  return (
    <Panel label={t('customers.new')} title={t('customers.new')} isKept={isDirty}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate();
        }}
      >
        <FormFields
          form={form}
          focus={first.email === '' && first.customerFirstName === '' ? 'customerFirstName' : 'email'}
          hints={hints}
          onLeave={(field) => {
            if (field === 'email') setEmail(form.values.email.trim());
          }}
        />
        <SaveBar
          error={creating.error}
          isSaving={creating.isPending}
          onCancel={() => {
            leave();
            close();
          }}
        />
      </form>
    </Panel>
  );
}

/** Who has this value already, with a link. */
function Owner({ customerId, onGo }: { customerId: number; onGo: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const owner = useQuery(customerQuery(client.name, customerId)).data;
  return (
    <span role="status" className={styles.owner}>
      {t('customer.owned', { name: owner === undefined ? `#${customerId}` : fullName(owner) })}{' '}
      <AnchorLink
        to="/$client/customers/$customerId"
        params={{ client: client.name, customerId: String(customerId) }}
        search={true}
        replace
        onClick={onGo}
      >
        {t('customer.openOwner')}
      </AnchorLink>
    </span>
  );
}

async function findByEmail(client: string, email: string, signal: AbortSignal): Promise<Customer | null> {
  try {
    return await ask(client, ({ customers }) => customers.findByEmail({ email }, { signal, retries: 0 }));
  } catch (error) {
    // No such customer, or not an address yet: saving the form will say so.
    if (isCode(error, 'not-found') || isCode(error, 'validation')) return null;
    throw error;
  }
}
