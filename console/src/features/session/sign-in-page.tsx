import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../api.ts';
import { Entrance } from './entrance.tsx';
import { takeSession } from './queries.ts';
import { SignInForm } from './sign-in-form.tsx';

const route = getRouteApi('/sign-in');

export default function SignInPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const navigate = route.useNavigate();
  const goOn = (session: Session) => {
    takeSession(session);
    void navigate({ href: next ?? '/', replace: true });
  };
  return (
    <Entrance title={t('session.signInTitle')}>
      <SignInForm onSignedIn={goOn} />
    </Entrance>
  );
}
