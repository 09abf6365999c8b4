/** How much of a request is read, in bytes. */
import { MAX_BODY_MIB } from '../../../sdk/src/contract/sizes.ts';

/** After decompression. */
export const MAX_BODY_BYTES = MAX_BODY_MIB * 1024 * 1024;
/** A larger body goes to Fastify's lane. */
export const MAX_DIRECT_BODY_BYTES = 64 * 1024;
export const MAX_HEADER_BYTES = 16 * 1024;
