/** The environment of a child process: where programs are found, and what is given; none of our own settings. */
export function childEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', ...given };
}

/** The seeds of the test of the mirrors: a few in the suite, as many as `MIRROR_SEEDS` says when it is run for long. */
export const mirrorSeeds: readonly number[] = Array.from(
  { length: Number(process.env.MIRROR_SEEDS ?? 2) },
  (_, at) => at + 1,
);
