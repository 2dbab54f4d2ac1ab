import { type Codec, named } from '../wire/codec.ts';
import type { ByteReader } from '../wire/cursor.ts';
import { terminatedText } from '../wire/utf-16.ts';
import { counted, record, u16, u32 } from './record.ts';
import { securityFlag, securityHeader } from './security-header.ts';

/** redirFlags, [MS-RDPBCGR] 2.2.13.1. */
export const redirectionFlag = {
  targetNetAddress: 0x0001,
  loadBalanceInfo: 0x0002,
  userName: 0x0004,
  domain: 0x0008,
  password: 0x0010,
  dontStoreUserName: 0x0020,
  smartCardLogon: 0x0040,
  noRedirect: 0x0080,
  targetFqdn: 0x0100,
  targetNetBiosName: 0x0200,
  targetNetAddresses: 0x0800,
  clientTsvUrl: 0x1000,
  serverTsvCapable: 0x2000,
  passwordIsPkEncrypted: 0x4000,
  redirectionGuid: 0x8000,
  targetCertificate: 0x1_0000,
} as const;
/** Fields that have octets, in the order of the wire, which is not quite that of their flags. */
const fieldNames = [
  'targetNetAddress',
  'loadBalanceInfo',
  'userName',
  'domain',
  'password',
  'targetFqdn',
  'targetNetBiosName',
  'clientTsvUrl',
  'redirectionGuid',
  'targetCertificate',
  'targetNetAddresses',
] as const;
type Field = (typeof fieldNames)[number];
const fieldBits = fieldNames.reduce((all, name) => all | redirectionFlag[name], 0);

/**
 * RDP_SERVER_REDIRECTION_PACKET, 2.2.13.1: where the session is. Every field as its octets, so that it can be passed on; names are
 * UTF-16 with a NUL, `loadBalanceInfo` is the routing token of the next X.224 request, `password` a cookie that is of no use here.
 */
export interface ServerRedirection extends Readonly<Partial<Record<Field, Uint8Array | undefined>>> {
  /** The packet's own length; what the sender counted when that is something else. */
  readonly length?: number | undefined;
  readonly sessionId: number;
  /** Flags that no field belongs to. */
  readonly flags: number;
  /** Up to 8 octets of nothing. */
  readonly trailing?: Uint8Array | undefined;
}
const HEADER = 12;
const octets = counted(u32);
function countedLength(value: ServerRedirection): number {
  const of = (bytes?: Uint8Array) => (bytes === undefined ? 0 : 4 + bytes.length);
  return fieldNames.reduce((sum, name) => sum + of(value[name]), HEADER) + (value.trailing?.length ?? 0);
}
export const serverRedirection: Codec<ServerRedirection> = {
  read(r) {
    if (u16.read(r) !== securityFlag.redirectionPkt) throw r.fail('not a redirection packet');
    const length = u16.read(r);
    const [sessionId, flags] = [u32.read(r), u32.read(r)];
    const fields: Partial<Record<Field, Uint8Array>> = {};
    for (const name of fieldNames) {
      if ((flags & redirectionFlag[name]) !== 0) fields[name] = named(name, () => octets.read(r));
    }
    const rest = r.left === 0 ? {} : { trailing: r.bytes() };
    const value = { sessionId, flags: (flags & ~fieldBits) >>> 0, ...fields, ...rest };
    return length === countedLength(value) ? value : { ...value, length };
  },
  write(w, value) {
    const { length = countedLength(value), sessionId, flags, trailing } = value;
    const bits = fieldNames.reduce((all, name) => (value[name] === undefined ? all : all | redirectionFlag[name]), flags);
    if ((flags & fieldBits) !== 0) throw w.fail('a flag whose field is not there');
    u16.write(w, securityFlag.redirectionPkt);
    u16.write(w, length);
    u32.write(w, sessionId);
    u32.write(w, bits >>> 0);
    for (const name of fieldNames) {
      const field = value[name];
      if (field !== undefined) octets.write(w, field);
    }
    if (trailing !== undefined) w.bytes(trailing);
  },
};
/** Enhanced Security Server Redirection PDU behind its Share Control Header, 2.2.13.3. */
export const enhancedServerRedirection: Codec<ServerRedirection & { readonly pad2Octets?: number | undefined }> = {
  read(r) {
    const pad2Octets = u16.read(r);
    const value = serverRedirection.read(r);
    return pad2Octets === 0 ? value : { ...value, pad2Octets };
  },
  write(w, { pad2Octets = 0, ...value }) {
    u16.write(w, pad2Octets);
    serverRedirection.write(w, value);
  },
};
/** Standard Security Server Redirection PDU Data, 2.2.13.2.1: of a connection without TLS, though nothing keeps a host from sending it. */
export const standardServerRedirection = record({ securityHeader, packet: serverRedirection });
/** Whether that is what user data on the I/O channel is: a share PDU has a type where this has zeroes. */
export function isStandardRedirection(userData: Uint8Array): boolean {
  const [low = 0, high = 0, type = 1, typeHigh = 1] = userData;
  return (((high << 8) | low) & securityFlag.redirectionPkt) !== 0 && type === 0 && typeHigh === 0;
}
const MOST_ADDRESSES = 64;
/** TARGET_NET_ADDRESSES, 2.2.13.1.1, as texts. @throws DecodeError */
export const targetNetAddresses: Codec<readonly Uint8Array[]> = {
  read(r: ByteReader) {
    const count = u32.read(r);
    if (MOST_ADDRESSES < count) throw r.fail(`${count} addresses, over ${MOST_ADDRESSES}`);
    return Array.from({ length: count }, (_, i) => named(String(i), () => octets.read(r)));
  },
  write(w, addresses) {
    if (MOST_ADDRESSES < addresses.length) throw w.fail(`${addresses.length} addresses, over ${MOST_ADDRESSES}`);
    u32.write(w, addresses.length);
    for (const each of addresses) octets.write(w, each);
  },
};
/** What a client needs to know of a redirection. */
export interface RedirectionTarget {
  readonly sessionId: number;
  /** LB_NOREDIRECT: told, but not to be followed. */
  readonly follow: boolean;
  readonly smartCardLogon: boolean;
  readonly fqdn?: string | undefined;
  readonly address?: string | undefined;
  readonly netBiosName?: string | undefined;
  readonly routingToken?: Uint8Array | undefined;
}
export function redirectionTarget(value: ServerRedirection): RedirectionTarget {
  const text = (bytes?: Uint8Array) => bytes && terminatedText(bytes);
  return {
    sessionId: value.sessionId,
    follow: (value.flags & redirectionFlag.noRedirect) === 0,
    smartCardLogon: (value.flags & redirectionFlag.smartCardLogon) !== 0,
    fqdn: text(value.targetFqdn),
    address: text(value.targetNetAddress),
    netBiosName: text(value.targetNetBiosName),
    routingToken: value.loadBalanceInfo,
  };
}
