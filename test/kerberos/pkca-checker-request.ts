import { bits, field, inOrder, integer, maybe, type Node, number, octets, read, tagged, text, time } from './pkca-checker-der.ts';
import { demand, kdcError } from './pkca-checker-error.ts';

export interface Name {
  readonly type: number;
  readonly components: readonly string[];
}
export interface PaDataItem {
  readonly type: number;
  readonly value: Uint8Array;
}
/** AS-REQ, RFC 4120 5.4.1. */
export interface AsRequest {
  readonly padata: readonly PaDataItem[];
  /** KDC-REQ-BODY as it stood on the wire. */
  readonly body: Uint8Array;
  readonly options: number;
  readonly cname: Name;
  readonly realm: string;
  readonly sname: Name;
  readonly from: number | undefined;
  readonly till: number;
  readonly rtime: number | undefined;
  readonly nonce: number;
  readonly etypes: readonly number[];
  readonly addresses: boolean;
}
const AS_REQ = 0x6a;
const nameOf = (node: Node): Name => ({
  type: number(field(node, 0)),
  components: tagged(field(node, 1), 0x30).children.map(text),
});
const optionalTime = (node: Node | undefined) => node && time(node);

function optionsOf(node: Node): number {
  // KDCOptions are KerberosFlags: 32 bits at least (RFC 4120 5.2.8).
  const octetsOf = bits(node);
  demand(octetsOf.length >= 4, kdcError.generic, 'options are fewer than 32 bits (RFC 4120 5.2.8)');
  return Buffer.from(octetsOf).readUInt32BE(0);
}
/** @throws Unreadable, Refusal */
export function readAsRequest(bytes: Uint8Array): AsRequest {
  const [request, ...more] = read(bytes, AS_REQ).children;
  demand(request && more.length === 0, kdcError.generic, 'AS-REQ holds more than one element');
  inOrder(tagged(request, 0x30));
  demand(number(field(request, 1)) === 5, kdcError.badVersion, 'version is not 5');
  demand(number(field(request, 2)) === 10, kdcError.messageType, 'message type is not AS-REQ');
  const list = maybe(request, 3);
  const items = list ? tagged(list, 0x30).children : [];
  const body = inOrder(tagged(field(request, 4), 0x30));
  const sname = maybe(body, 3);
  const cname = maybe(body, 1);
  demand(cname && sname, kdcError.generic, 'client or server are not named');
  return {
    padata: items.map((item) => ({ type: number(field(item, 1)), value: octets(field(item, 2)) })),
    body: body.der,
    options: optionsOf(field(body, 0)),
    cname: nameOf(cname),
    realm: text(field(body, 2)),
    sname: nameOf(sname),
    from: optionalTime(maybe(body, 4)),
    till: time(field(body, 5)),
    rtime: optionalTime(maybe(body, 6)),
    nonce: number(field(body, 7)),
    etypes: tagged(field(body, 8), 0x30).children.map(number),
    addresses: maybe(body, 9) !== undefined,
  };
}

/** AuthPack, RFC 4556 3.2.1, RFC 8070 4, RFC 8636 5, [MS-PKCA] 2.2.3. */
export interface AuthPackContent {
  readonly cusec: number;
  readonly ctime: number;
  readonly nonce: number;
  readonly paChecksum: Uint8Array | undefined;
  readonly freshnessToken: Uint8Array | undefined;
  readonly paChecksum2: { readonly checksum: Uint8Array; readonly algorithm: Node } | undefined;
  /** SubjectPublicKeyInfo. */
  readonly clientPublicValue: Node | undefined;
  readonly clientDhNonce: Uint8Array | undefined;
  /** Object identifiers, best first. */
  readonly supportedKdfs: readonly Node[] | undefined;
}
export function readAuthPack(bytes: Uint8Array): AuthPackContent {
  const pack = inOrder(read(bytes, 0x30));
  const authenticator = inOrder(tagged(field(pack, 0), 0x30));
  const optionalOctets = (node: Node | undefined) => node && octets(node);
  const second = maybe(authenticator, 5);
  const kdfs = maybe(pack, 4);
  const nonce = integer(field(authenticator, 2));
  // nonce INTEGER (0..4294967295).
  demand(0n <= nonce && nonce < 2n ** 32n, kdcError.generic, 'nonce is not within 0 and 4294967295 (RFC 4556 3.2.1)');
  return {
    cusec: number(field(authenticator, 0)),
    ctime: time(field(authenticator, 1)),
    nonce: Number(nonce),
    paChecksum: optionalOctets(maybe(authenticator, 3)),
    freshnessToken: optionalOctets(maybe(authenticator, 4)),
    paChecksum2: second && {
      checksum: octets(field(tagged(second, 0x30), 0)),
      algorithm: tagged(field(second, 1), 0x30),
    },
    clientPublicValue: maybe(pack, 1),
    clientDhNonce: optionalOctets(maybe(pack, 3)),
    supportedKdfs: kdfs && tagged(kdfs, 0x30).children.map((kdf) => field(tagged(kdf, 0x30), 0)),
  };
}
