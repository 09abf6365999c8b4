import { createContext, use } from 'react';

/** How the record that is open beside the list is closed. */
export const RecordOpen = createContext<() => void>(() => {});

export const useCloseRecord = (): (() => void) => use(RecordOpen);
