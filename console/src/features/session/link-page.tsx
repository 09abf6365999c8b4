import { Button, PasswordInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionApi } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { ButtonLink } from '../../ui/links.tsx';
import { fieldErrors } from '../../ui/violations.ts';
import { Entrance } from './entrance.tsx';
import { takeSession } from './queries.ts';
import styles from './session.module.css';

/** The token is after the `#`, which no log sees; it is removed from the address and the history at once. */
const takeToken = (): string => {
  const token = location.hash.slice(1);
  if (token !== '') history.replaceState(history.state, '', location.pathname);
  return token;
};

/** A one-time link: it signs in, or asks for a password first. */
export default function LinkPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    // Another link, opened in the same tab.
    const onHash = () => setToken((now) => takeToken() || now);
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => sessionApi.readLink({ token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const form = useForm({ initialValues: { password: '' } });
  const redeem = useMutation({
    mutationFn: (password: string | undefined) => sessionApi.redeemLink({ token, password }),
    onSuccess: (session) => {
      takeSession(session);
      void navigate({ to: '/', replace: true });
    },
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  const { mutate } = redeem;
  const isSignIn = link.data?.purpose === 'sign-in';
  useEffect(() => {
    if (isSignIn) mutate(undefined);
  }, [isSignIn, mutate]);

  if (link.isPending || (isSignIn && !redeem.isError)) {
    return (
      <Entrance title={t('link.opening')}>
        <Text c="dimmed">{t('states.moment')}</Text>
      </Entrance>
    );
  }
  if (link.isError || isSignIn) {
    return (
      <Entrance title={t('link.spentTitle')}>
        <FormProblem error={link.error ?? redeem.error} />
        <Text size="sm">{t('link.spent')}</Text>
        <ButtonLink to="/sign-in" variant="default" size="md" fullWidth>
          {t('session.toSignIn')}
        </ButtonLink>
      </Entrance>
    );
  }
  return (
    <Entrance title={t('link.chooseTitle')}>
      <form className={styles.form} onSubmit={form.onSubmit(({ password }) => mutate(password))} noValidate>
        <Text size="sm">{t('link.choose', { email: link.data.email })}</Text>
        <FormProblem error={redeem.error} />
        <input type="hidden" autoComplete="username" value={link.data.email} readOnly />
        <PasswordInput
          label={t('session.newPassword')}
          description={t('session.passwordRule')}
          size="md"
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" fullWidth loading={redeem.isPending}>
          {t('link.save')}
        </Button>
      </form>
    </Entrance>
  );
}
