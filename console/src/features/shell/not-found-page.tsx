import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../ui/links.tsx';
import { State } from '../../ui/states.tsx';

/** No such page, or one of a client where this person does not work: it does not say which. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main>
      <State isPage title={t('states.noPage')}>
        <p>{t('states.noPageText')}</p>
        <ButtonLink to="/">{t('states.toHome')}</ButtonLink>
      </State>
    </main>
  );
}
