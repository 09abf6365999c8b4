/** The file cannot be read; the message tells its sender why, and what would help. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** The longest line of a file of customers: an unclosed quotation mark makes the rest of the file one line. */
export const MAX_LINE_BYTES = 1024 * 1024;
export const MAX_COLUMNS = 500;
