import { scardCode } from '../codes/scard-code.ts';
import { AUTO_ALLOCATE } from './esc-call.ts';
import { NOTHING, type Retrieved } from './esc-return.ts';

/** What the caller has room for. */
export interface CallersBuffer {
  /** There is no buffer: the length alone is wanted. */
  readonly isNull: boolean;
  /** In characters, or `AUTO_ALLOCATE`. */
  readonly length: number;
  /** Octets of a character. */
  readonly width?: 1 | 2;
}
/** The result as the caller's buffer has it, with the return code that goes with it, [MS-RDPESC] 2.2.2.4. */
export function retrieve(
  octets: Uint8Array,
  { isNull, length, width = 1 }: CallersBuffer,
): { readonly returnCode: number; readonly retrieved: Retrieved } {
  if (isNull) return { returnCode: scardCode.success, retrieved: { lengthAlone: octets.length } };
  if (length !== AUTO_ALLOCATE && length * width < octets.length) {
    return { returnCode: scardCode.insufficientBuffer, retrieved: NOTHING };
  }
  return { returnCode: scardCode.success, retrieved: octets };
}
