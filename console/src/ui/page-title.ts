import { useEffect } from 'react';

/** The title of the tab while this page is shown. */
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
