import { Kbd, Modal } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
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

/** Drawn, since not every typeface has them. */
const arrows = new Map([
  ['↑', IconArrowUp],
  ['↓', IconArrowDown],
]);

function Key({ name }: { name: string }) {
  const Arrow = arrows.get(name);
  return <Kbd>{Arrow === undefined ? name : <Arrow size={12} stroke={2} role="img" aria-label={name} />}</Kbd>;
}

/** The list of keys, opened by `?`. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('keys.close') }}>
      <dl className={styles.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <Key key={one} name={one} />
              ))}
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
