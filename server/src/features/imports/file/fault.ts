/** The file cannot be read; the message says why to whoever sent it, and what would help. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** One line of a file of customers is at most so long: a quotation mark that nobody closed makes the rest of the file one line. */
export const MAX_LINE_BYTES = 1024 * 1024;
export const MAX_COLUMNS = 500;
