import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';

const keys = [
  ['/', 'search'],
  ['n', 'new'],
  ['↑ ↓', 'move'],
  ['Enter', 'open'],
  ['e', 'edit'],
  ['x', 'select'],
  ['z', 'undo'],
  ['Esc', 'back'],
  ['?', 'help'],
] as const;

/** The keys of the console, by `?`. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('keys.close') }}>
      <dl className={styles.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <Kbd key={one}>{one}</Kbd>
              ))}
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
