import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Session, sessionApi } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import styles from './session.module.css';

interface Props {
  readonly email?: string;
  readonly onSignedIn: (session: Session) => void;
}

export function SignInForm({ email = '', onSignedIn }: Props) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { email, password: '' } });
  const signIn = useMutation({
    mutationFn: (values: { email: string; password: string }) => sessionApi.signIn(values),
    onSuccess: onSignedIn,
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  return (
    <form className={styles.form} onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
      <FormProblem error={signIn.error} />
      <TextInput
        label={t('fields.email')}
        size="md"
        type="email"
        autoComplete="username"
        required
        withAsterisk={false}
        data-autofocus={email === '' || undefined}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('session.password')}
        size="md"
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus={email !== '' || undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
        {t('session.signIn')}
      </Button>
    </form>
  );
}
