import { useEffect, useRef, useSyncExternalStore } from 'react';
import { kept } from '../storage.ts';

const KEPT_AS = 'foyer.keys';
const listeners = new Set<() => void>();

/** People who dictate, or hit keys by accident, can switch the keys off. */
export const areKeysOn = (): boolean => kept.get(KEPT_AS) !== 'off';

export function switchKeys(on: boolean): void {
  kept.set(KEPT_AS, on ? null : 'off');
  for (const listener of listeners) listener();
}

export const useKeysOn = (): boolean =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, areKeysOn);

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]') !== null;

const isDialogOpen = (): boolean =>
  document.querySelector('[role=dialog][aria-modal=true], [role=menu], :popover-open') !== null;

/** Keys of the whole page, by `event.key`. They are inactive while somebody types or answers a dialog. */
export function useKeys(actions: Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (typesText(event.target) || isDialogOpen()) return;
      if (event.key.length === 1 && !areKeysOn()) return;
      const action = latest.current[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
