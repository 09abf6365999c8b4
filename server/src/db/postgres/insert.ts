/**
 * Turns consecutive inserts into one table into one statement: PostgreSQL takes half the time for them. Pure.
 */
import type { Question } from './batch.ts';

/** How many rows a statement inserts: few sizes, so that few statements are prepared. */
const SIZES = [64, 8];

/** The same statements, where consecutive ones with the same insert are one. */
export function joinInserts(questions: readonly Question[]): Question[] {
  const joined: Question[] = [];
  for (let at = 0; at < questions.length; ) {
    const first = questions[at] as Question;
    const run = lengthOfRun(questions, at);
    const size = SIZES.find((one) => one <= run);
    if (size === undefined) joined.push(first);
    else joined.push(join(questions.slice(at, at + size)));
    at += size ?? 1;
  }
  return joined;
}

function lengthOfRun(questions: readonly Question[], start: number): number {
  const { sql } = questions[start] as Question;
  let end = start + 1;
  while (questions[end]?.sql === sql) end += 1;
  return end - start > 1 && rowOf(sql) !== undefined ? end - start : 1;
}

function join(questions: readonly Question[]): Question {
  const { sql } = questions[0] as Question;
  return {
    sql: withRows(sql, questions.length),
    values: questions.flatMap(({ values }) => values),
    resolve: (rows) => {
      for (const { resolve } of questions) resolve(rows);
    },
    reject: (error) => {
      for (const { reject } of questions) reject(error);
    },
  };
}

interface Row {
  readonly head: string;
  readonly row: string;
  readonly width: number;
}

const rows = new Map<string, Row | undefined>();

/** The parts of an `insert` of one row that does nothing else. */
function rowOf(sql: string): Row | undefined {
  if (!rows.has(sql)) {
    const [, head, row] = /^(insert into [^()]* \([^()]*\) values )(\([^()]*\))$/.exec(sql) ?? [];
    const width = row?.match(/\$\d+/g)?.length ?? 0;
    rows.set(sql, head === undefined || row === undefined ? undefined : { head, row, width });
  }
  return rows.get(sql);
}

const made = new Map<string, string>();

function withRows(sql: string, count: number): string {
  const name = `${count} ${sql}`;
  let text = made.get(name);
  if (text === undefined) {
    const { head, row, width } = rowOf(sql) as Row;
    const shifted = (by: number) => row.replaceAll(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`);
    text = head + Array.from({ length: count }, (_, at) => shifted(at * width)).join(', ');
    made.set(name, text);
  }
  return text;
}
