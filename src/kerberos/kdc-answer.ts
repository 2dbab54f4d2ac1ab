import { type Codec, decode } from '../wire/codec.ts';
import type { Tagged } from '../wire/der.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { KERBEROS_VERSION, messageType } from './kdc-request.ts';
import { type KrbError, krbError } from './krb-error.ts';

/** What a KDC may say to a request: the reply asked for, or a KRB-ERROR. */
export type KdcAnswer<T> = { readonly kind: 'reply'; readonly reply: T } | { readonly kind: 'error'; readonly error: KrbError };

const [krbErrorTag] = krbError.tags;
interface Versioned {
  readonly pvno: number;
  readonly msgType: number;
}
function checked<T extends Versioned>(message: T, type: number): T {
  if (message.pvno === KERBEROS_VERSION && message.msgType === type) return message;
  throw new MayflyError('kdc-reply', `the KDC answered with a message of version ${message.pvno}, type ${message.msgType}`);
}
function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return decode(codec, bytes);
  } catch (cause) {
    throw new MayflyError('kdc-reply', "the KDC's answer cannot be read", { cause });
  }
}
/** @throws MayflyError `kdc-reply` when it is neither */
export function readKdcAnswer<T extends Versioned>(bytes: Uint8Array, codec: Tagged<T>, type: number): KdcAnswer<T> {
  if (bytes[0] === krbErrorTag) return { kind: 'error', error: checked(read(krbError, bytes), messageType.krbError) };
  return { kind: 'reply', reply: checked(read(codec, bytes), type) };
}
