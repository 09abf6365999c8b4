/** The variables that a child process inherits: where programs are, and where a run of the suite keeps its files. */
const kept = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'];

/** The environment of a child process: those variables and the given ones; none of our own settings. */
export function childEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(own), ...given };
}

/** The seeds of the test of the mirrors: a few in the suite, as many as `MIRROR_SEEDS` says in a long run. */
export const mirrorSeeds: readonly number[] = Array.from(
  { length: Number(process.env.MIRROR_SEEDS ?? 2) },
  (_, at) => at + 1,
);

/** How often a test does something: a few times in the suite, as often as the variable says in a long run. */
export const timesOf = (variable: string, inSuite: number): number => Number(process.env[variable] ?? inSuite);
