import { Button, Modal, Radio, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../session/queries.ts';
import styles from './customer.module.css';
import type { FieldName, Values } from './fields.ts';
import { historyQuery } from './history-query.ts';
import type { Conflict } from './use-save.ts';

interface Props {
  readonly conflict: Conflict;
  readonly isSaving: boolean;
  readonly onCancel: () => void;
  readonly onChoose: (changes: Partial<Values>) => void;
}

/** Two people changed the same field: shows both values, and lets one choose. */
export function ConflictDialog({ conflict, isSaving, onCancel, onChoose }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const { current, changes, fields } = conflict;
  const latest = useQuery({ ...historyQuery(client.name, current.customerId, 1), staleTime: 0 }).data?.[0];
  const [chosen, setChosen] = useState<Partial<Record<FieldName, 'theirs' | 'mine'>>>({});
  const isDecided = fields.every((field) => chosen[field] !== undefined);
  const apply = () =>
    onChoose(Object.fromEntries(Object.entries(changes).filter(([field]) => chosen[field as FieldName] !== 'theirs')));
  const who = latest?.by.label || t('conflict.somebody');
  return (
    <Modal
      opened
      onClose={onCancel}
      title={t('conflict.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('conflict.back') }}
    >
      <div className={styles.conflict}>
        <Text size="sm">{t('conflict.text', { who })}</Text>
        {fields.map((field) => (
          <Radio.Group
            key={field}
            label={t(`fields.${field}`)}
            value={chosen[field] ?? null}
            onChange={(value) => setChosen({ ...chosen, [field]: value as 'theirs' | 'mine' })}
          >
            <div className={styles.choices}>
              {(['theirs', 'mine'] as const).map((whose) => (
                <Radio.Card key={whose} value={whose} className={styles.choice}>
                  <Radio.Indicator />
                  <span>
                    <span className={styles.whose}>
                      {whose === 'theirs' ? t('conflict.theirs', { who }) : t('conflict.mine')}
                    </span>
                    <span className={styles.value}>
                      {(whose === 'theirs' ? current[field] : changes[field]) || t('states.empty')}
                    </span>
                  </span>
                </Radio.Card>
              ))}
            </div>
          </Radio.Group>
        ))}
        <div className={styles.saveButtons}>
          <Button variant="default" onClick={onCancel}>
            {t('conflict.back')}
          </Button>
          <Button disabled={!isDecided} loading={isSaving} onClick={apply}>
            {t('conflict.save')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
