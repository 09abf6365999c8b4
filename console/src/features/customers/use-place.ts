import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

const REST_MS = 400;

interface Place {
  /** Identifies the list: another list begins at its own place. */
  readonly list: string;
  readonly row: number | undefined;
  readonly loaded: number;
  readonly hasMore: boolean;
  readonly onPlace: (row: number | undefined) => void;
}

/** Keeps the place of a list in its address, and scrolls to the place in the address. */
export function usePlace(virtualizer: Virtualizer<HTMLDivElement, Element>, place: Place): void {
  const { list, row, loaded, hasMore, onPlace } = place;
  const latest = useRef(place);
  latest.current = place;
  /** Where to scroll, until it is reached. */
  const target = useRef<number>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another list has another place
  useEffect(() => {
    target.current = row ?? 1;
  }, [list]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list tells when there is more of it
  useEffect(() => {
    const goal = target.current;
    if (goal === undefined || loaded === 0) return;
    if (goal <= loaded || !hasMore) {
      virtualizer.scrollToIndex(Math.min(goal, loaded) - 1, { align: 'start' });
      target.current = undefined;
    } else virtualizer.scrollToIndex(loaded - 1, { align: 'end' });
  }, [list, loaded, hasMore, virtualizer]);

  const top = Math.floor((virtualizer.scrollOffset ?? 0) / virtualizer.options.estimateSize(0)) + 1;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (target.current !== undefined) return;
      const next = top > 1 ? top : undefined;
      if (next !== latest.current.row) onPlace(next);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [top, onPlace]);
}
