/** The largest body that is read, in MiB; of one that comes compressed, after unpacking. A file has a limit of its own. */
export const MAX_BODY_MIB = 1;
