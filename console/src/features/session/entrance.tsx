import type { ReactNode } from 'react';
import { LanguageChoice } from '../../ui/language-choice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import styles from './session.module.css';

/** The frame of the pages before signing in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  usePageTitle(title);
  return (
    <main className={styles.entrance}>
      <div className={styles.card}>
        <Mark size={40} />
        <h1 className={styles.title}>{title}</h1>
        {children}
      </div>
      <LanguageChoice />
    </main>
  );
}
