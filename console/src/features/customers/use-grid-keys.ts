import type { Customer } from '@foyer/sdk';
import type { Row } from '@tanstack/react-table';
import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { areKeysOn } from '../../ui/keys.ts';
import type { features } from './columns.tsx';

interface Options {
  readonly list: string;
  readonly rows: readonly Row<typeof features, Customer>[];
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly canSelect: boolean;
  readonly onOpen: (customerId: number, edit?: boolean) => void;
  readonly onLeave: () => void;
}

const PAGE = 10;

/** The keyboard within the list: one row at a time has the focus. */
export function useGridKeys({ list, rows, virtualizer, scroller, canSelect, onOpen, onLeave }: Options) {
  const [active, setActive] = useState(0);
  const wanted = useRef<number>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its first row
  useEffect(() => setActive(0), [list]);

  // A row far away is there only after the next rendering.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });

  const focusRow = useCallback(
    (index?: number) => {
      const next = Math.max(0, Math.min(index ?? active, rows.length - 1));
      if (rows.length === 0) return;
      wanted.current = next;
      setActive(next);
      virtualizer.scrollToIndex(next, { align: 'auto' });
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true });
    },
    [active, rows.length, virtualizer, scroller],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const element = event.target as HTMLElement;
    if (element.getAttribute('role') !== 'row' || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    if (row === undefined) return;
    const move = (by: number) => {
      if (event.shiftKey && canSelect) {
        row.toggleSelected(true);
        rows[active + by]?.toggleSelected(true);
      }
      if (active + by < 0) onLeave();
      else focusRow(active + by);
    };
    const letters = areKeysOn();
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'PageDown') focusRow(active + PAGE);
    else if (event.key === 'PageUp') focusRow(active - PAGE);
    else if (event.key === 'Home') focusRow(0);
    else if (event.key === 'End') focusRow(rows.length - 1);
    else if (event.key === 'Enter') onOpen(row.original.customerId);
    else if (canSelect && (event.key === ' ' || (letters && event.key === 'x'))) row.toggleSelected();
    else if (letters && event.key === 'e') onOpen(row.original.customerId, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { active, setActive, focusRow, onKeyDown };
}
