/** The endpoints of imports. */
import { Readable } from 'node:stream';
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Store } from '../../db/store.ts';
import type { Caller } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import { validationProblem } from '../../http/problem.ts';
import { readParameters } from '../../http/wire/input.ts';
import { NotFound } from '../../refusals.ts';
import { createImport } from './create.ts';
import { FileFault } from './file/fault.ts';
import type { ImportJobs } from './jobs.ts';
import { previewImport } from './preview.ts';
import { type JobRow, jobById, jobsBefore } from './queries.ts';
import { refusedCsv } from './refused.ts';
import { presentImport, readOptions } from './rules.ts';
import type { Spool } from './spool.ts';
import { endJob } from './steps.ts';
import { type Received, receive } from './upload.ts';

const DEFAULT_LIMIT = 50;

export function importRoutes(serve: Serve, spool: Spool, jobs: ImportJobs): void {
  const { create, preview, list, get, cancel, refused } = endpoints.imports;

  serve(create, async ({ once, key, query, upload, hangUp }) => {
    const gone = hangUp();
    const received = await receive(spool, upload);
    return withFile(spool, received, async () => {
      await once.received(`${received.file.sha256} ${received.type} ${received.fileName} ${received.query}`);
      const asked = { ...query, ...formOf(create.query, received, key) };
      const { file, fileName = asked.fileName || 'file', type } = received;
      const options = readOptions(asked);
      const sent = { file, fileName, type, options, again: asked.again ?? false };
      const job = await createImport((fn) => once.part(fn), spool, key.actor, sent, gone);
      jobs.look();
      return presentImport(job, key.timeZone);
    });
  });

  serve(preview, async ({ store, key, query, upload, hangUp }) => {
    const gone = hangUp();
    const received = await receive(spool, upload);
    return withFile(spool, received, async () => {
      const options = readOptions({ ...query, ...formOf(preview.query, received, key) });
      const shown = await previewImport(store, key, received.file, received.type, options, gone);
      await spool.remove(received.file.name);
      return JSON.stringify(shown);
    });
  });

  serve(list, async ({ store, key, query }) => {
    const { limit = DEFAULT_LIMIT, before = Number.MAX_SAFE_INTEGER } = query;
    const rows = await store.read(key.clientId, (tx) => tx.all(jobsBefore, { limit, before }));
    return rows.map((row) => presentImport(row, key.timeZone));
  });

  serve(get, async ({ store, key, params }) => presentImport(await jobOf(store, key, params.importId), key.timeZone));

  serve(cancel, async ({ once, key, params }) => {
    let left: string | undefined;
    const shown = await once.write(async (tx) => {
      const isEnded = await endJob(tx, params.importId, 'cancelled', null);
      const job = await tx.get(jobById, params);
      if (job === undefined) throw noSuchImport();
      left = isEnded ? job.spool : undefined;
      return presentImport(job, key.timeZone);
    });
    if (left !== undefined) await spool.remove(left);
    return shown;
  });

  serve(refused, async ({ store, key, params }) => {
    const job = await jobOf(store, key, params.importId);
    const stream = Readable.from(refusedCsv(store, key.clientId, job), { objectMode: false });
    return {
      contentType: refused.success.shape.type,
      headers: { 'content-disposition': `attachment; filename="import-${job.importId}-refused.csv"` },
      stream,
    };
  });
}

const noSuchImport = () => new NotFound('There is no import with this number.');

async function jobOf(store: Store, { clientId }: Caller, importId: number): Promise<JobRow> {
  const job = await store.read(clientId, (tx) => tx.get(jobById, { importId }));
  if (job === undefined) throw noSuchImport();
  return job;
}

/** The options in the other fields of a form. */
function formOf<F extends Fields>(fields: F, { query }: Received, key: Caller) {
  const { values, violations } = readParameters(fields, query, key.timeZone);
  if (violations.length > 0) throw validationProblem(violations);
  return values as Partial<Record<keyof F, never>>;
}

/** Removes the file if no job was made, and reports what was wrong with it. */
async function withFile<T>(spool: Spool, { file }: Received, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    await spool.remove(file.name);
    throw error instanceof FileFault ? validationProblem([faultOf(error)]) : error;
  }
}

const faultOf = ({ message }: FileFault): Violation => ({ field: 'file', code: 'file', message });
