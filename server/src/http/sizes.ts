/** How much of a request is read, in bytes. */
import { MAX_BODY_MIB } from '../../../sdk/src/contract/sizes.ts';

/** Also of a body that came compressed, once it is unpacked. */
export const MAX_BODY_BYTES = MAX_BODY_MIB * 1024 * 1024;
/** A larger body goes the long way. */
export const MAX_DIRECT_BODY_BYTES = 64 * 1024;
export const MAX_HEADER_BYTES = 16 * 1024;
