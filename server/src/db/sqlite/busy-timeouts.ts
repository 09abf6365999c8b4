/** How long, in milliseconds, a connection to a SQLite file waits for a lock that another process holds. */

/** A write, while another process (the command, a backup) writes. */
export const WRITE_BUSY_MS = 4000;
/** The start, while another process starts, migrates or recovers the file: no request is waiting yet. */
export const START_BUSY_MS = 60_000;
/** A read, while another process recovers the file after a crash. */
export const READ_BUSY_MS = 1000;
/** Writes to the file of the search index. */
export const INDEX_BUSY_MS = 5000;
/** Reads of that file in the main thread, which must not wait. */
export const INDEX_GLANCE_BUSY_MS = 20;
/** Commands that read the whole file: backup and doctor. */
export const WHOLE_FILE_BUSY_MS = 10_000;
/** A restore, while a process is about to close the file. */
export const REPLACE_BUSY_MS = 1000;
