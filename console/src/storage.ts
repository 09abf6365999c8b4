/** What this browser stores, if it stores anything: a private window may refuse. */
const guarded = (storage: () => Storage) => ({
  get(name: string): string | null {
    try {
      return storage().getItem(name);
    } catch {
      return null;
    }
  },
  set(name: string, value: string | null): void {
    try {
      if (value === null) storage().removeItem(name);
      else storage().setItem(name, value);
    } catch {
      // Full or forbidden: then it is not stored.
    }
  },
});

/** Survives this visit. */
export const kept = guarded(() => localStorage);
/** Lasts as long as this tab is open. */
export const here = guarded(() => sessionStorage);
