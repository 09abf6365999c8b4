/** The largest body that is read, in MiB, after decompression. A file has its own limit. */
export const MAX_BODY_MIB = 1;
