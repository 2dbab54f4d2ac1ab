import { type Codec, decode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes } from './annotated-hex.ts';

/** How `codec` refuses these bytes, as `path at byte: reason`; accepting them, or throwing anything else, fails the test. */
export function refusal<T>(codec: Codec<T>, annotated: string): string {
  try {
    decode(codec, bytes(annotated));
  } catch (e) {
    if (e instanceof DecodeError) return e.message;
    throw e;
  }
  throw new Error(`accepted: ${annotated}`);
}
