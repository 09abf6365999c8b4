/** Makes a job for a received file. */
import { createHash } from 'node:crypto';
import type { Actor } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Said } from './file/source.ts';
import { inTurn } from './look.ts';
import { noCounts } from './mapping/record.ts';
import type { ImportOptions } from './options.ts';
import { insertJob, type JobRow, jobByFingerprint, jobById } from './queries.ts';
import { inspectFile } from './reader.ts';
import { checkType } from './rules.ts';
import type { Spool, Spooled } from './spool.ts';

export interface NewImport {
  readonly file: Spooled;
  readonly fileName: string;
  /** The type that it was sent as, if that says something. */
  readonly type?: string | undefined;
  readonly options: ImportOptions;
  /** Make a job even if the same file was sent with the same options before? */
  readonly again: boolean;
}

/** What the caller says about how to read the file. */
export const saidOf = ({ encoding, delimiter, mapping, setClienttypes }: ImportOptions): Said => ({
  setClienttypes,
  encoding: encoding ?? undefined,
  delimiter: delimiter ?? undefined,
  mapping,
});

/** Makes the job, or returns the one that the same file made; rejects with a `FileFault` if the file cannot be read. */
export async function createImport(
  write: (fn: (tx: WriteTransaction) => Promise<JobRow | undefined>) => Promise<JobRow | undefined>,
  spool: Spool,
  actor: Actor,
  { file, fileName, type, options, again }: NewImport,
  hangUp?: AbortSignal,
): Promise<JobRow> {
  try {
    const task = { path: file.path, scan: file, said: saidOf(options) };
    const reading = await inTurn(hangUp, () => inspectFile(task, { signal: hangUp }));
    checkType(reading, type);
    const fingerprint = createHash('sha256')
      .update(`${file.sha256}\n${JSON.stringify(options)}`)
      .digest('hex');
    const job = await write(async (tx) => {
      const same = again ? undefined : await tx.get(jobByFingerprint, { fingerprint });
      if (same !== undefined) return same;
      const importId = await tx.next('importId');
      await tx.run(insertJob, {
        importId,
        fingerprint,
        fileName,
        bytes: file.bytes,
        spool: file.name,
        options: JSON.stringify(options),
        reading: JSON.stringify(reading),
        byKind: actor.kind,
        byId: actor.id,
        createdAt: Date.now(),
        counts: JSON.stringify(noCounts()),
      });
      return tx.get(jobById, { importId });
    });
    if (job === undefined) throw new Error('The job was not made');
    if (job.spool !== file.name) await spool.remove(file.name);
    return job;
  } catch (error) {
    await spool.remove(file.name);
    throw error;
  }
}
