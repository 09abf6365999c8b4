/** What this browser keeps, where it keeps anything: a private window may refuse. */
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
      // Full or forbidden: then it is not kept.
    }
  },
});

/** Beyond this visit. */
export const kept = guarded(() => localStorage);
/** As long as this tab is open. */
export const here = guarded(() => sessionStorage);
