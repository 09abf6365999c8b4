import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { inSession, queries, sessionApi, sessionQuery } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useTell } from '../../ui/undo.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import styles from './account.module.css';

export function PasswordForm({ hasPassword, email }: { hasPassword: boolean; email: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const form = useForm({ initialValues: { currentPassword: '', newPassword: '' } });
  const changing = useMutation({
    mutationFn: ({ currentPassword, newPassword }: { currentPassword: string; newPassword: string }) =>
      inSession(() => sessionApi.changePassword({ newPassword, ...(hasPassword ? { currentPassword } : {}) })),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      form.reset();
      tell({ text: t('account.passwordChanged') });
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  const show = { 'aria-label': t('session.showPassword') };
  return (
    <form className={styles.form} onSubmit={form.onSubmit((values) => changing.mutate(values))} noValidate>
      <FormProblem error={changing.error} />
      <input type="hidden" autoComplete="username" value={email} readOnly />
      {hasPassword && (
        <PasswordInput
          label={t('account.currentPassword')}
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={show}
          {...form.getInputProps('currentPassword')}
        />
      )}
      <PasswordInput
        label={t('session.newPassword')}
        description={t('session.passwordRule')}
        size="md"
        autoComplete="new-password"
        visibilityToggleButtonProps={show}
        {...form.getInputProps('newPassword')}
      />
      <Button type="submit" variant="default" loading={changing.isPending}>
        {hasPassword ? t('account.changePassword') : t('account.setPassword')}
      </Button>
    </form>
  );
}
