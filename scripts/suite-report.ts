/** What a run of the tests prints, and what can be wrong with it beside failing tests. */
import { relative } from 'node:path';
import { spec as Spec, type TestEvent } from 'node:test/reporters';

interface TestFile {
  /** Names of tests that have begun but not ended. */
  readonly running: Set<string>;
  tests: number;
  failed: number;
  /** Whether its process reported that it reached the end, with tests in it. */
  isWhole: boolean;
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const nameOf = (path: string): string => relative(process.cwd(), path);

export class Report {
  readonly #write: (text: string) => void;
  readonly #showsAll: boolean;
  readonly #spec = new Spec();
  readonly #files = new Map<string, TestFile>();
  /** Tests of the whole run. */
  counts = { tests: 0, passed: 0, skipped: 0 };

  /** Print every test, or only a line for each file and whatever failed? */
  constructor(write: (text: string) => void, showsAll: boolean) {
    this.#write = write;
    this.#showsAll = showsAll;
  }

  take(event: TestEvent): void {
    if (event.type === 'test:dequeue') this.#begin(event.data);
    if (event.type === 'test:complete') this.#end(event.data);
    if (event.type === 'test:summary') {
      const { counts, file } = event.data;
      if (file === undefined) this.counts = counts;
      else this.#of(file).isWhole = counts.tests > 0;
    }
    this.#spec.write(event);
    this.#show(this.#showsAll || isNeeded(event));
  }

  /** Called after the last event. */
  close(): void {
    this.#spec.end();
    this.#show(true);
  }

  /** Problems that the results do not show. */
  problems(): string[] {
    const cut = [...this.#files].filter(([, { isWhole, failed }]) => !isWhole && failed === 0);
    return [
      ...cut.map(([file]) => `${nameOf(file)} ended before all of its tests had, or has none.`),
      ...(this.#files.size === 0 ? ['No file with tests was found.'] : []),
    ];
  }

  /** The files that have not ended, each with its unfinished tests. */
  unfinished(): string[] {
    return [...this.#files].flatMap(([file, { running }]) =>
      running.size === 0 ? [] : [[nameOf(file), ...[...running].filter((name) => name !== file)].join(' > ')],
    );
  }

  #of(path: string): TestFile {
    const file = this.#files.get(path) ?? { running: new Set(), tests: 0, failed: 0, isWhole: false };
    this.#files.set(path, file);
    return file;
  }

  #begin({ file = '', name }: { file?: string | undefined; name: string }): void {
    this.#of(file).running.add(name);
  }

  #end({ file: path = '', name, details }: Extract<TestEvent, { type: 'test:complete' }>['data']): void {
    const file = this.#of(path);
    file.running.delete(name);
    if (name !== path && details.type === 'suite') return;
    if (!details.passed) file.failed += 1;
    if (name !== path) file.tests += 1;
    else if (!this.#showsAll) {
      const seconds = (details.duration_ms / 1000).toFixed(1);
      this.#write(`${file.failed > 0 ? '✖' : '✔'} ${nameOf(path)} (${counted(file.tests, 'test')}, ${seconds} s)\n`);
    }
  }

  #show(isWanted: boolean): void {
    for (let text = this.#spec.read(); text !== null; text = this.#spec.read()) if (isWanted) this.#write(String(text));
  }
}

/** Failures, what the tests printed, and the counts of the whole run. */
function isNeeded({ type, data }: TestEvent): boolean {
  switch (type) {
    case 'test:fail':
    case 'test:stderr':
    case 'test:stdout':
    case 'test:interrupted':
      return true;
    case 'test:pass':
      return data.skip !== undefined || data.todo !== undefined;
    // The last one repeats in full what failed.
    case 'test:summary':
    case 'test:diagnostic':
      return data.file === undefined;
    default:
      return false;
  }
}
