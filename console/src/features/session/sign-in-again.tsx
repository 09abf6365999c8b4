import { Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../../api.ts';
import { takeSession } from './queries.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Asks to sign in again over the page, which stays as it is below. */
export default function SignInAgain() {
  const { t } = useTranslation();
  const session = useQuery({ ...sessionQuery, enabled: false }).data;
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('session.endedTitle')}
    >
      <Text size="sm" mb="md">
        {t('session.ended')}
      </Text>
      <SignInForm email={session?.email} onSignedIn={takeSession} />
    </Modal>
  );
}
