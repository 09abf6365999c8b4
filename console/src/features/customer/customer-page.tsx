import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isCode } from '../../api.ts';
import { Failed, Slow, State } from '../../ui/states.tsx';
import { customerQuery } from '../customers/queries.ts';
import { useClient } from '../session/queries.ts';
import styles from './customer.module.css';
import { CustomerRecord } from './customer-record.tsx';
import { Panel } from './panel.tsx';

const route = getRouteApi('/$client/customers/$customerId');

/** One customer, at a glance. */
export default function CustomerPage() {
  const { t } = useTranslation();
  const client = useClient();
  const { customerId } = route.useParams();
  const id = Number(customerId);
  const customer = useQuery({ ...customerQuery(client.name, id), enabled: Number.isSafeInteger(id) && id > 0 });

  if (customer.data !== undefined) return <CustomerRecord key={id} customer={customer.data} />;
  const label = t('customer.label', { id });
  if (!Number.isSafeInteger(id) || isCode(customer.error, 'not-found')) {
    return (
      <Panel label={label} title={label}>
        <State title={t('customer.notFound')}>
          <p>{t('customer.notFoundText', { id: customerId })}</p>
        </State>
      </Panel>
    );
  }
  return (
    <Panel label={label} title={label}>
      {customer.isError ? (
        <Failed error={customer.error} onRetry={() => void customer.refetch()} />
      ) : (
        <Slow>
          <div className={styles.coming} role="status" aria-label={t('states.moment')}>
            <span />
            <span />
            <span />
            <span />
          </div>
        </Slow>
      )}
    </Panel>
  );
}
