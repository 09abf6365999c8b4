/** Imports on the wire. Pure. */
import type { Import } from '../../../../sdk/src/contract/imports.ts';
import { validationProblem } from '../../http/problem.ts';
import { formatTime } from '../../http/wire/time.ts';
import { FileFault } from './file/fault.ts';
import type { Reading } from './file/source.ts';
import type { Mapping } from './mapping/header.ts';
import type { Counts } from './mapping/record.ts';
import { noCounts } from './mapping/record.ts';
import { repairs, warnings } from './mapping/repairs.ts';
import { synonyms, type Target } from './mapping/synonyms.ts';
import type { ImportOptions } from './options.ts';
import type { JobRow } from './queries.ts';

/** The options among the values of the query. */
type Asked = { readonly [N in keyof ImportOptions]?: unknown };

/** The defaults. */
const usual: ImportOptions = {
  dryRun: false,
  match: 'auto',
  policy: 'upsert',
  empty: 'keep',
  onError: 'skip',
  overwrite: false,
  addClienttypes: [],
  setClienttypes: null,
  splitLastNames: false,
  restoreZeros: false,
  mapping: {},
  encoding: null,
  delimiter: null,
};

export function readOptions(asked: Asked): ImportOptions {
  const given = Object.fromEntries(
    Object.keys(usual).flatMap((name) => {
      const value = asked[name as keyof ImportOptions];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  return {
    ...usual,
    ...given,
    mapping: readMapping(given.mapping as string | undefined),
    delimiter: readDelimiter(given.delimiter as string | undefined),
  };
}

function readDelimiter(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text === 'tab' || text === '\\t') return '\t';
  if ([...text].length === 1 && text !== '"') return text;
  throw validationProblem([
    { field: 'delimiter', code: 'length', message: 'The delimiter field must be one character, or "tab".' },
  ]);
}

const wrongMapping = (message: string) => validationProblem([{ field: 'mapping', code: 'type', message }]);

function readMapping(text: string | undefined): Mapping {
  if (text === undefined) return {};
  let sent: unknown;
  try {
    sent = JSON.parse(text);
  } catch {
    throw wrongMapping('The mapping field must be JSON, like {"Relatie":"customerExternalId","Titel":null}.');
  }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw wrongMapping('The mapping field must be a JSON object.');
  const mapping: Record<string, Target | null> = Object.create(null);
  for (const [column, target] of Object.entries(sent)) {
    if (target !== null && !(typeof target === 'string' && Object.hasOwn(synonyms, target))) {
      const known = Object.keys(synonyms).join(', ');
      throw wrongMapping(
        `The mapping reads the column "${column}" as something that there is not; give null or one of ${known}.`,
      );
    }
    mapping[column.trim()] = target as Target | null;
  }
  return mapping;
}

const kindOfType: Readonly<Record<string, Reading['kind']>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};
const kindNames = { csv: 'a text with columns', ndjson: 'NDJSON', xlsx: 'a workbook (.xlsx)' } as const;

/** Refuses a file that is not what it was sent as. */
export function checkType({ kind }: Reading, type: string | undefined): void {
  const said = kindOfType[type ?? ''];
  if (said !== undefined && said !== kind)
    throw new FileFault(`The file was sent as ${type}, but is ${kindNames[kind]}.`);
}

const list = (texts: Readonly<Record<string, string>>, counted: Readonly<Record<string, number | undefined>>) =>
  Object.entries(counted).map(([code, count = 0]) => ({ code, message: texts[code] ?? '', count }));

const otherSheets = 'Only the first visible sheet is read; others of the workbook hold data too.';

/** How a file is read, and what was found in it. */
export function presentReading(reading: Reading, counts: Counts) {
  const { kind, encoding, delimiter, sheet, otherSheets: others = 0, line, columns } = reading;
  return {
    reading: {
      kind,
      encoding,
      delimiter,
      sheet,
      headerRow: line,
      columns: columns.map(({ name, target }) => ({ name, field: target })),
    },
    repairs: list(repairs, counts.repairs),
    warnings: list(
      { ...warnings, otherSheets },
      { ...counts.warnings, ...(others > 0 ? { otherSheets: others } : {}) },
    ),
    notTaken: Object.entries(counts.notTaken).map(([column, count]) => ({ column, count })),
  };
}

export function presentImport(job: JobRow, timeZone: string): Import {
  const time = (ms: number | null) => (ms === null ? null : formatTime(ms, timeZone));
  const counts: Counts = { ...noCounts(), ...JSON.parse(job.counts) };
  const done = job.state === 'done' ? 1 : Math.min(1, job.bytesRead / Math.max(1, job.bytes));
  const isOver = job.finishedAt !== null;
  const secondsLeft = done > 0 ? Math.round((job.busyMs * (1 - done)) / done / 1000) : null;
  return {
    importId: job.importId,
    state: job.state,
    fileName: job.fileName,
    dryRun: (JSON.parse(job.options) as ImportOptions).dryRun,
    createdAt: formatTime(job.createdAt, timeZone),
    startedAt: time(job.startedAt),
    finishedAt: time(job.finishedAt),
    rowsRead: job.rowsRead,
    created: job.created,
    updated: job.updated,
    unchanged: job.unchanged,
    refused: job.refused,
    conflicts: job.conflicts,
    repeated: job.repeated,
    percent: Math.floor(100 * done),
    rowsPerSecond: Math.round((job.rowsRead * 1000) / Math.max(1, job.busyMs)),
    secondsLeft: isOver ? 0 : secondsLeft,
    error: job.error,
    ...presentReading(JSON.parse(job.reading), counts),
  } as Import;
}
