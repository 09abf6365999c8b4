import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../ui/links.tsx';
import { State } from '../../ui/states.tsx';

/** No such page, or one of a client to whose staff this person does not belong: it is not said which. */
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
