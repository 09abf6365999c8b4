import type { Customer } from '@foyer/sdk';
import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { areKeysOn } from '../../ui/keys.ts';
import type { Selected } from './use-selection.ts';

interface Options {
  readonly list: string;
  readonly customers: readonly Customer[];
  readonly selection: Selected;
  readonly onSelect: (ids: readonly number[], isSelected: boolean) => void;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly canSelect: boolean;
  readonly onOpen: (customerId: number, edit?: boolean) => void;
  readonly onLeave: () => void;
}

const PAGE = 10;

/** The keyboard in the list: one row at a time has the focus. */
export function useGridKeys(options: Options) {
  const { list, customers, selection, onSelect, virtualizer, scroller, canSelect, onOpen, onLeave } = options;
  const [active, setActive] = useState(0);
  const wanted = useRef<number>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its first row
  useEffect(() => setActive(0), [list]);

  // A distant row exists only after the next render.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });

  const focusRow = useCallback(
    (index?: number) => {
      const next = Math.max(0, Math.min(index ?? active, customers.length - 1));
      if (customers.length === 0) return;
      wanted.current = next;
      setActive(next);
      virtualizer.scrollToIndex(next, { align: 'auto' });
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true });
    },
    [active, customers.length, virtualizer, scroller],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const element = event.target as HTMLElement;
    if (element.getAttribute('role') !== 'row' || event.ctrlKey || event.metaKey || event.altKey) return;
    const customer = customers[active];
    if (customer === undefined) return;
    const { customerId } = customer;
    const move = (by: number) => {
      if (event.shiftKey && canSelect) {
        const next = customers[active + by];
        onSelect([customerId, ...(next === undefined ? [] : [next.customerId])], true);
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
    else if (event.key === 'End') focusRow(customers.length - 1);
    else if (event.key === 'Enter') onOpen(customerId);
    else if (canSelect && (event.key === ' ' || (letters && event.key === 'x')))
      onSelect([customerId], !selection.has(customerId));
    else if (letters && event.key === 'e') onOpen(customerId, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { active, setActive, focusRow, onKeyDown };
}
