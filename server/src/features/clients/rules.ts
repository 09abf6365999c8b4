/** What a client may be called and set to. Pure. */

const CLIENT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const DEFAULT_TIME_ZONE = 'Europe/Amsterdam';

export function checkClientName(name: string): string {
  if (CLIENT_NAME.test(name)) return name;
  throw new Error(
    `"${name}" cannot be a client's name: ` +
      'use 1 to 63 small letters, digits, "-" and "_", and begin with a letter or digit.',
  );
}

/** The time zone by its canonical name (`Europe/Amsterdam`). */
export function checkTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new Error(`"${name}" is not a time zone; give a name like Europe/Amsterdam.`);
  }
}

export const noSuchClient = (name: string): Error =>
  new Error(
    `There is no client "${name}"; "foyer client list" lists the existing ones, "foyer client create" makes one.`,
  );
