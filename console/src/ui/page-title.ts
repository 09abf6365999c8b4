import { useEffect } from 'react';

/** What the tab is called while this page is shown. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    const before = document.title;
    document.title = `${title} · Foyer`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
