/** Statements on imports: jobs, their leases, and refused rows. */
import { sql } from '#kysely';
import { databaseTime, elementText, isNumberOf, listOfClient } from '../../db/dialect/expressions.ts';
import type { ActorKind } from '../../db/schema.ts';
import { read, systemStatement, write } from '../../db/statement.ts';
import type { ClientTypesPolicy } from '../clients/tables.ts';
import type { ImportState } from './tables.ts';

/** A job, as its table holds it. */
export interface JobRow {
  importId: number;
  state: ImportState;
  fingerprint: string;
  fileName: string;
  bytes: number;
  spool: string;
  options: string;
  reading: string;
  byKind: ActorKind;
  byId: number | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  busyMs: number;
  holder: string | null;
  leaseUntil: number;
  firstChange: number;
  lastCustomer: number;
  line: number;
  bytesRead: number;
  rowsRead: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  conflicts: number;
  repeated: number;
  counts: string;
  error: string | null;
}

const columns = [
  'import_id as importId',
  'state',
  'fingerprint',
  'file_name as fileName',
  'bytes',
  'spool',
  'options',
  'reading',
  'by_kind as byKind',
  'by_id as byId',
  'created_at as createdAt',
  'started_at as startedAt',
  'finished_at as finishedAt',
  'busy_ms as busyMs',
  'holder',
  'lease_until as leaseUntil',
  'first_change as firstChange',
  'last_customer as lastCustomer',
  'line',
  'bytes_read as bytesRead',
  'rows_read as rowsRead',
  'created',
  'updated',
  'unchanged',
  'refused',
  'conflicts',
  'repeated',
  'counts',
  'error',
] as const;

const unfinished = (['waiting', 'running'] as const).map((state) => sql.lit<ImportState>(state));
const cameToNothing = (['cancelled', 'failed'] as const).map((state) => sql.lit<ImportState>(state));

export const jobById = read<{ importId: number }, JobRow & { now: number }>((db, p, dialect) =>
  db
    .selectFrom('import_job')
    .select([...columns, databaseTime(dialect).as('now')])
    .where('client_id', '=', p.clientId)
    .where('import_id', '=', p.importId),
);

/** The jobs before one, the latest first. */
export const jobsBefore = read<{ before: number; limit: number }, JobRow>((db, p) =>
  db
    .selectFrom('import_job')
    .select(columns)
    .where('client_id', '=', p.clientId)
    .where('import_id', '<', p.before)
    .orderBy('import_id', 'desc')
    .limit(p.limit),
);

/** The job that the same file with the same options made, unless it failed or was cancelled. */
export const jobByFingerprint = read<{ fingerprint: string }, JobRow>((db, p) =>
  db
    .selectFrom('import_job')
    .select(columns)
    .where('client_id', '=', p.clientId)
    .where('fingerprint', '=', p.fingerprint)
    .where('state', 'not in', cameToNothing)
    .orderBy('import_id')
    .limit(sql.lit(1)),
);

export type NewJob = Pick<
  JobRow,
  | 'importId'
  | 'fingerprint'
  | 'fileName'
  | 'bytes'
  | 'spool'
  | 'options'
  | 'reading'
  | 'byKind'
  | 'byId'
  | 'createdAt'
  | 'counts'
>;

export const insertJob = write<NewJob>((db, p) =>
  db.insertInto('import_job').values({
    client_id: p.clientId,
    import_id: p.importId,
    state: sql.lit('waiting'),
    fingerprint: p.fingerprint,
    file_name: p.fileName,
    bytes: p.bytes,
    spool: p.spool,
    options: p.options,
    reading: p.reading,
    by_kind: p.byKind,
    by_id: p.byId,
    created_at: p.createdAt,
    counts: p.counts,
    busy_ms: sql.lit(0),
    lease_until: sql.lit(0),
    first_change: sql.lit(0),
    last_customer: sql.lit(0),
    line: sql.lit(0),
    bytes_read: sql.lit(0),
    rows_read: sql.lit(0),
    created: sql.lit(0),
    updated: sql.lit(0),
    unchanged: sql.lit(0),
    refused: sql.lit(0),
    conflicts: sql.lit(0),
    repeated: sql.lit(0),
  }),
);

/** Saves what changes in a job while it runs. */
export const updateJob = write<
  Omit<JobRow, 'fingerprint' | 'fileName' | 'bytes' | 'spool' | 'options' | 'reading' | 'byKind' | 'byId' | 'createdAt'>
>((db, p) =>
  db
    .updateTable('import_job')
    .set({
      state: p.state,
      started_at: p.startedAt,
      finished_at: p.finishedAt,
      busy_ms: p.busyMs,
      holder: p.holder,
      lease_until: p.leaseUntil,
      first_change: p.firstChange,
      last_customer: p.lastCustomer,
      line: p.line,
      bytes_read: p.bytesRead,
      rows_read: p.rowsRead,
      created: p.created,
      updated: p.updated,
      unchanged: p.unchanged,
      refused: p.refused,
      conflicts: p.conflicts,
      repeated: p.repeated,
      counts: p.counts,
      error: p.error,
    })
    .where('client_id', '=', p.clientId)
    .where('import_id', '=', p.importId),
);

/** An unfinished job, with its owner and its client's time zone. */
export interface OpenJob {
  clientId: number;
  importId: number;
  holder: string | null;
  leaseUntil: number;
  spool: string;
  createdAt: number;
  now: number;
  client: string;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
}

/** The unfinished jobs of all clients, in order. */
export const openJobs = systemStatement<object, OpenJob>((db, _p, dialect) =>
  db
    .selectFrom('import_job as j')
    .innerJoin('client as c', 'c.client_id', 'j.client_id')
    .select([
      'j.client_id as clientId',
      'j.import_id as importId',
      'j.holder',
      'j.lease_until as leaseUntil',
      'j.spool',
      'j.created_at as createdAt',
      databaseTime(dialect).as('now'),
      'c.name as client',
      'c.time_zone as timeZone',
      'c.client_types as clientTypes',
    ])
    .where('j.state', 'in', unfinished)
    .orderBy('j.client_id')
    .orderBy('j.import_id'),
);

/** The jobs of all clients that ended before a time, and have refused rows. */
export const finishedJobs = systemStatement<{ before: number }, { clientId: number; importId: number }>((db, p) =>
  db
    .selectFrom('import_job')
    .select(['client_id as clientId', 'import_id as importId'])
    .where('finished_at', '<', p.before)
    .where('refused', '>', sql.lit(0)),
);

/** `rows` is a JSON array of `[line, cells, error]`. */
export const insertRefusals = write<{ importId: number; rows: string }>((db, p, dialect) =>
  db
    .insertInto('import_refusal')
    .columns(['client_id', 'import_id', 'line', 'cells', 'error'])
    .expression((eb) =>
      eb
        .selectFrom(listOfClient(dialect, p.rows, p.clientId).as('list'))
        .select([
          'list.client_id',
          sql<number>`cast(${p.importId} as bigint)`.as('import_id'),
          sql<number>`cast(${elementText(dialect, 0)} as bigint)`.as('line'),
          elementText(dialect, 1).as('cells'),
          elementText(dialect, 2).as('error'),
        ]),
    ),
);

export const deleteRefusals = write<{ importId: number }>((db, p) =>
  db.deleteFrom('import_refusal').where('client_id', '=', p.clientId).where('import_id', '=', p.importId),
);

export const refusalsBehind = read<
  { importId: number; line: number; limit: number },
  { line: number; cells: string; error: string }
>((db, p) =>
  db
    .selectFrom('import_refusal')
    .select(['line', 'cells', 'error'])
    .where('client_id', '=', p.clientId)
    .where('import_id', '=', p.importId)
    .where('line', '>', p.line)
    .orderBy('line')
    .limit(p.limit),
);

/** Those of these changes that an import made; `numbers` is a JSON array. */
export const changesOfImport = read<{ importId: number; numbers: string }, { number: number }>((db, p, dialect) =>
  db
    .selectFrom('customer_change')
    .select('change_number as number')
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql`change_number`, p.numbers))
    .where('by_kind', '=', sql.lit('import' as const))
    .where('by_id', '=', p.importId),
);

export const renewJob = write<{ importId: number; holder: string; ms: number }>((db, p, dialect) =>
  db
    .updateTable('import_job')
    .set({ lease_until: sql<number>`${databaseTime(dialect)} + cast(${p.ms} as bigint)` })
    .where('client_id', '=', p.clientId)
    .where('import_id', '=', p.importId)
    .where('holder', '=', p.holder),
);

export const releaseJob = write<{ importId: number; holder: string }>((db, p) =>
  db
    .updateTable('import_job')
    .set({ lease_until: sql.lit(0) })
    .where('client_id', '=', p.clientId)
    .where('import_id', '=', p.importId)
    .where('holder', '=', p.holder),
);

/** The last customer and the last change of the client. */
export const ends = read<object, { lastCustomer: number; lastChange: number }>((db, p) =>
  db
    .selectFrom('client_counter')
    .select(['last_customer_id as lastCustomer', 'last_change_number as lastChange'])
    .where('client_id', '=', p.clientId),
);
