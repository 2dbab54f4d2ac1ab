import { decrypt, type EncryptionKey, encrypt } from '../crypto/encrypted-data.ts';
import { encryptionType } from '../crypto/encryption-type.ts';
import { secretCopy } from '../crypto/secret-octets.ts';
import { type Codec, decode, encode } from '../wire/codec.ts';
import type { Instant } from '../wire/conversation.ts';
import { ByteWriter, DecodeError } from '../wire/cursor.ts';
import { tagged } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { apRep, apReq, authenticator, encApRepPart } from './application-messages.ts';
import type { Credential } from './credential.ts';
import { KERBEROS_VERSION, messageType } from './kdc-request.ts';
import { keyUsage } from './key-usage.ts';

/** GSS-API flags in the checksum of an authenticator, RFC 4121 4.1.1.1. */
export const gssFlag = {
  delegation: 0x01,
  mutual: 0x02,
  replayDetection: 0x04,
  sequenceDetection: 0x08,
  confidentiality: 0x10,
  integrity: 0x20,
} as const;
/** Mechanism of Kerberos, RFC 4121 1; and as Windows wrote it by mistake, and takes to this day ([MS-SPNG] 1.9). */
export const kerberosMechanism = '1.2.840.113554.1.2.2';
export const kerberosMechanismOfWindows = '1.2.840.48018.1.2.2';

const GSS_CHECKSUM = 0x8003;
/** Octets of MD5. */
const BINDINGS = 16;
const MUTUAL_REQUIRED = 0x2000_0000;
/** TOK_ID, RFC 4121 4.1; the last two are of user-to-user ([MS-KILE] 3.1.5.2), which is not spoken here but known when it is met. */
const tokenId = { apReq: 0x0100, apRep: 0x0200, krbError: 0x0300, tgtReq: 0x0400, tgtRep: 0x0401 } as const;
type TokenKind = keyof typeof tokenId;
const tokenKinds = Object.keys(tokenId) as readonly TokenKind[];

export interface ApplicationRequest {
  readonly credential: Credential;
  readonly instant: Instant;
  /** The initiator's own key, of the type of the ticket's; the caller's to wipe. */
  readonly subkey: EncryptionKey;
  readonly sequenceNumber: number;
  /** Of `gssFlag`; delegation is not among those that can be asked for. */
  readonly flags: number;
  /** MD5 of the channel bindings, 16 octets; zeros for none. */
  readonly channelBindings?: Uint8Array;
  /** 16 fresh random octets. */
  readonly confounder: Uint8Array;
}
/** The checksum of RFC 4121 4.1.1, which is none: it carries flags and channel bindings. */
function gssChecksum(flags: number, bindings: Uint8Array = new Uint8Array(BINDINGS)): Uint8Array {
  if (bindings.length !== BINDINGS)
    throw new MayflyError('gss-channel-bindings', `channel bindings are ${bindings.length} octets, not 16`);
  return new ByteWriter().u32(BINDINGS, true).bytes(bindings).u32(flags, true).finish();
}
/** AP-REQ with mutual authentication, RFC 4120 3.2.2 and RFC 4121 4.1. */
export function applicationRequest(request: ApplicationRequest): Uint8Array {
  const { credential, instant, subkey, flags } = request;
  if (flags & gssFlag.delegation) throw new MayflyError('gss-delegation', 'credentials are never delegated in a Kerberos ticket');
  const proof = encode(authenticator, {
    authenticatorVno: KERBEROS_VERSION,
    crealm: credential.client.realm,
    cname: credential.client.name,
    cksum: { cksumtype: GSS_CHECKSUM, checksum: gssChecksum(flags, request.channelBindings) },
    cusec: instant.microseconds,
    ctime: instant.seconds,
    subkey: { keytype: subkey.etype, keyvalue: subkey.value },
    seqNumber: request.sequenceNumber,
  });
  try {
    const cipher = encrypt(credential.key, keyUsage.apReqAuthenticator, proof, request.confounder);
    return encode(apReq, {
      pvno: KERBEROS_VERSION,
      msgType: messageType.apReq,
      apOptions: flags & gssFlag.mutual ? MUTUAL_REQUIRED : 0,
      ticket: credential.ticket,
      authenticator: { etype: credential.key.etype, cipher },
    });
  } finally {
    proof.fill(0);
  }
}
export interface ApplicationReply {
  /** The acceptor's key, which then replaces the initiator's (RFC 4121 2); the caller's to wipe. */
  readonly subkey: EncryptionKey | undefined;
  /** Where the acceptor's sequence begins. */
  readonly sequenceNumber: number;
}
const unproven = (message: string, options: { readonly cause?: unknown } = {}) =>
  new MayflyError('service-unproven', message, options);
function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return decode(codec, bytes);
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    throw unproven("the service's answer cannot be read", { cause });
  }
}
/**
 * Holds an AP-REP to prove the service: it repeats the authenticator's time under the ticket's key (RFC 4120 3.2.5).
 * @throws MayflyError `service-unproven`
 */
export function readApplicationReply(
  bytes: Uint8Array,
  { credential, instant }: Pick<ApplicationRequest, 'credential' | 'instant'>,
): ApplicationReply {
  const { pvno, msgType, encPart } = read(apRep, bytes);
  const isReply = pvno === KERBEROS_VERSION && msgType === messageType.apRep && encPart.etype === credential.key.etype;
  const plaintext = isReply ? decrypt(credential.key, keyUsage.apRepEncPart, encPart.cipher) : undefined;
  if (!plaintext) throw unproven("the service's answer is not under the ticket's key");
  try {
    const part = read(encApRepPart, plaintext);
    if (part.ctime !== instant.seconds || part.cusec !== instant.microseconds)
      throw unproven('the service answered another request');
    const { subkey, seqNumber: sequenceNumber = 0 } = part;
    if (!subkey) return { subkey, sequenceNumber };
    const { keytype: etype, keyvalue } = subkey;
    if (encryptionType(etype)?.keyLength !== keyvalue.length)
      throw unproven(`the service chose a key of type ${etype}, which is broken or does not exist here`);
    return { subkey: { etype, value: secretCopy(keyvalue) }, sequenceNumber };
  } finally {
    plaintext.fill(0);
  }
}

/** InitialContextToken, RFC 2743 3.1: mechanism, then a token that is no ASN.1. */
export const initialContextToken = tagged(0x60, {
  read: (r) => ({ mechanism: objectIdentifier.read(r), inner: r.bytes() }),
  write(w, { mechanism, inner }: { readonly mechanism: string; readonly inner: Uint8Array }) {
    objectIdentifier.write(w, mechanism);
    w.bytes(inner);
  },
});
export function gssToken(mechanism: string, kind: TokenKind, message: Uint8Array): Uint8Array {
  const inner = new ByteWriter().u16(tokenId[kind]).bytes(message).finish();
  return encode(initialContextToken, { mechanism, inner });
}
/** The message of a token of the mechanism, by its kind. @throws DecodeError */
export function readGssToken(bytes: Uint8Array): {
  readonly mechanism: string;
  readonly kind: TokenKind;
  readonly message: Uint8Array;
} {
  const { mechanism, inner } = decode(initialContextToken, bytes);
  const id = ((inner[0] ?? 0) << 8) | (inner[1] ?? 0);
  for (const kind of tokenKinds)
    if (tokenId[kind] === id && inner.length > 2) return { mechanism, kind, message: inner.subarray(2) };
  throw new DecodeError(`token of unknown kind ${id}`, 0, ['innerContextToken']);
}
