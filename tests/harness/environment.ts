/** The environment of a child process: where programs are found, and what is given; none of our own settings. */
export function childEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', ...given };
}
