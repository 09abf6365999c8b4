import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readMoney, writeMoney } from '../../ui/money.ts';
import styles from './customers.module.css';

interface Choice<T> {
  readonly value: T | undefined;
  readonly onApply: (value: T | undefined) => void;
}

export function CityFilter({ value, onApply }: Choice<string>) {
  const { t } = useTranslation();
  const [city, setCity] = useState(value ?? '');
  return (
    <Apply onSubmit={() => onApply(city.trim() || undefined)}>
      <TextInput
        label={t('filters.livesIn')}
        value={city}
        maxLength={255}
        onChange={(event) => setCity(event.currentTarget.value)}
        data-autofocus
      />
    </Apply>
  );
}

export function SinceFilter({ value, onApply }: Choice<string>) {
  const { t } = useTranslation();
  const [since, setSince] = useState(value?.slice(0, 10) ?? '');
  return (
    <Apply onSubmit={() => onApply(since || undefined)}>
      <TextInput
        type="date"
        label={t('filters.changedOnOrAfter')}
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
        data-autofocus
      />
    </Apply>
  );
}

export function CreditFilter({ value, locale, onApply }: Choice<string> & { locale: string }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState(value === undefined ? '' : writeMoney(value, locale));
  const [isWrong, setWrong] = useState(false);
  const submit = () => {
    const read = readMoney(amount);
    const isAmount = Number.isFinite(Number(read));
    setWrong(!isAmount);
    if (isAmount) onApply(read || undefined);
  };
  return (
    <Apply onSubmit={submit}>
      <TextInput
        label={t('filters.creditAtLeast')}
        inputMode="decimal"
        leftSection="€"
        value={amount}
        error={isWrong && t('violations.decimal')}
        onChange={(event) => setAmount(event.currentTarget.value)}
        data-autofocus
      />
    </Apply>
  );
}

function Apply({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={styles.apply} onSubmit={submit} noValidate>
      {children}
      <Button type="submit" size="xs">
        {t('filters.apply')}
      </Button>
    </form>
  );
}
