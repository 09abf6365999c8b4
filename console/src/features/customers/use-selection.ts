import { useCallback, useState } from 'react';

/** The numbers of the ticked customers. */
export type Selected = ReadonlySet<number>;

const nobody: Selected = new Set();

/** The selection: some rows, or all matches, including those not read yet. */
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
