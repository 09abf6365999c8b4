import type { RowSelectionState, Updater } from '@tanstack/react-table';
import { useCallback, useState } from 'react';

/** Who is ticked: some rows, or all that fit, also those that were not read yet. */
export function useSelection() {
  const [rows, setRows] = useState<RowSelectionState>({});
  const [isAll, setAll] = useState(false);
  const change = useCallback((next: Updater<RowSelectionState>) => {
    setAll(false);
    setRows(next);
  }, []);
  const clear = useCallback(() => change({}), [change]);
  const ids = Object.keys(rows)
    .filter((id) => rows[id])
    .map(Number);
  return { rows, ids, isAll, change, clear, takeAll: () => setAll(true) };
}
