import { useCallback, useState } from 'react';

/** The numbers of those who are ticked. */
export type Selected = ReadonlySet<number>;

const nobody: Selected = new Set();

/** Who is ticked: some rows, or all that fit, also those that were not read yet. */
export function useSelection() {
  const [rows, setRows] = useState(nobody);
  const [isAll, setAll] = useState(false);
  const select = useCallback((ids: readonly number[], isSelected: boolean) => {
    setAll(false);
    setRows((now) => {
      const next = new Set(now);
      for (const id of ids) isSelected ? next.add(id) : next.delete(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => {
    setAll(false);
    setRows(nobody);
  }, []);
  return { rows, isAll, select, clear, takeAll: () => setAll(true) };
}
