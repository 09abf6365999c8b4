import { Button, CloseButton } from '@mantine/core';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys.ts';
import styles from './ui.module.css';

const SHOWN_FOR_MS = 10_000;

interface Done {
  /** What was done. */
  readonly text: string;
  /** Restores what was there; returns what to say then. */
  readonly undo?: () => Promise<string>;
}

const Tell = createContext<(done: Done) => void>(() => {});

/** Says what was done, and offers for ten seconds to undo it. */
export const useTell = (): ((done: Done) => void) => use(Tell);

export function UndoProvider({ children }: { children: ReactNode }) {
  const [done, setDone] = useState<Done & { number: number }>();
  const tell = useCallback((next: Done) => setDone((last) => ({ ...next, number: (last?.number ?? 0) + 1 })), []);
  const close = useCallback(() => setDone(undefined), []);
  return (
    <Tell value={tell}>
      {children}
      <div role="status" className={styles.undoPlace}>
        {done && <UndoBar key={done.number} done={done} onClose={close} onUndone={(text) => tell({ text })} />}
      </div>
    </Tell>
  );
}

interface BarProps {
  readonly done: Done;
  readonly onClose: () => void;
  readonly onUndone: (text: string) => void;
}

function UndoBar({ done, onClose, onUndone }: BarProps) {
  const { t } = useTranslation();
  const [isHeld, setHeld] = useState(false);
  const [isUndoing, setUndoing] = useState(false);
  useEffect(() => {
    if (isHeld || isUndoing) return;
    const timer = setTimeout(onClose, SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [isHeld, isUndoing, onClose]);
  const { undo } = done;
  const act = useMemo(
    () =>
      undo &&
      (async () => {
        setUndoing(true);
        onUndone(await undo());
        setUndoing(false);
      }),
    [undo, onUndone],
  );
  useKeys({ z: act });
  const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false) };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody looks at it
    <div className={styles.undo} {...hold} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{done.text}</span>
      {act && (
        <Button size="compact-sm" variant="white" loading={isUndoing} onClick={act} aria-keyshortcuts="z">
          {t('undo.undo')}
        </Button>
      )}
      <CloseButton size="sm" variant="transparent" c="inherit" aria-label={t('undo.close')} onClick={onClose} />
    </div>
  );
}
