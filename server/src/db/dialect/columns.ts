/**
 * Columns of a table that have other names in the code: one record of names and columns makes the lists for reading and
 * for writing.
 */

type Columns = Readonly<Record<string, string>>;
type Named<C extends Columns> = { [Name in keyof C & string]: `${C[Name]} as ${Name}` }[keyof C & string];
type Sent<C extends Columns, P> = { [Name in keyof C & keyof P as C[Name]]: P[Name] };

/** For reading: each column under its name in the code. */
export const named = <const C extends Columns>(columns: C): Named<C>[] =>
  Object.entries(columns).map(([name, column]) => `${column} as ${name}` as Named<C>);

/** For writing: each column with the parameter of its name in the code. */
export const asSent = <const C extends Columns, P extends Record<keyof C, unknown>>(columns: C, p: P): Sent<C, P> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [column, p[name]])) as Sent<C, P>;
