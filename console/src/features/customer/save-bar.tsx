import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../ui/form-problem.tsx';
import styles from './customer.module.css';

interface Props {
  readonly count?: number;
  readonly error: Error | null;
  readonly isSaving: boolean;
  readonly onCancel: () => void;
}

export function SaveBar({ count, error, isSaving, onCancel }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.saveBar}>
      <FormProblem error={error} />
      <div className={styles.saveButtons}>
        <span className={styles.unsaved}>{count !== undefined && count > 0 && t('customer.unsaved', { count })}</span>
        <Button variant="default" onClick={onCancel}>
          {t('customer.discard')}
        </Button>
        <Button type="submit" loading={isSaving}>
          {t('customer.save')}
        </Button>
      </div>
    </div>
  );
}
