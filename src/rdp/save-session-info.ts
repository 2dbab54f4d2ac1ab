import { type Codec, decode, encode, named, type Value } from '../wire/codec.ts';
import { octetsOf, terminatedText } from '../wire/utf-16.ts';
import { counted, octets, padding, record, trailing, u16, u32 } from './record.ts';

/** infoType, [MS-RDPBCGR] 2.2.10.1.1. All but the last say that somebody is logged on. */
export const infoType = { logon: 0, logonLong: 1, plainNotify: 2, extendedInfo: 3 } as const;

const DOMAIN = 52;
const USER_NAME = 512;
/** TS_LOGON_INFO, 2.2.10.1.1.1. The counts say how much of the names counts, with the NUL. */
export const logonInfo = record({
  cbDomain: u32,
  domain: octets(DOMAIN),
  cbUserName: u32,
  userName: octets(USER_NAME),
  sessionId: u32,
  trailing,
});
export type LogonInfo = Value<typeof logonInfo>;

const PAD = 558;
/** Octets of a name in the long form: the whole PDU stays below 64 KiB. */
const MOST_NAME = 0x8000;
/** TS_LOGON_INFO_VERSION_2, 2.2.10.1.1.2. Names are UTF-16 with a NUL. */
export interface LogonInfoVersion2 {
  readonly version: number;
  /** Octets of the fixed part before the pad, as the sender counts them: 18. */
  readonly size: number;
  readonly sessionId: number;
  readonly pad?: Uint8Array | undefined;
  readonly domain: Uint8Array;
  readonly userName: Uint8Array;
  readonly trailing?: Uint8Array | undefined;
}
const pad558 = padding(PAD);
export const logonInfoVersion2: Codec<LogonInfoVersion2> = {
  read(r) {
    const [version, size, sessionId, cbDomain, cbUserName] = [u16.read(r), u32.read(r), u32.read(r), u32.read(r), u32.read(r)];
    if (MOST_NAME < cbDomain || MOST_NAME < cbUserName) throw r.fail(`a name over ${MOST_NAME} octets`);
    const pad = named('pad', () => pad558.read(r));
    const domain = named('domain', () => r.bytes(cbDomain));
    const userName = named('userName', () => r.bytes(cbUserName));
    const rest = r.left === 0 ? {} : { trailing: r.bytes() };
    return { version, size, sessionId, ...(pad && { pad }), domain, userName, ...rest };
  },
  write(w, { version, size, sessionId, pad, domain, userName, trailing: rest }) {
    if (MOST_NAME < domain.length || MOST_NAME < userName.length) throw w.fail(`a name over ${MOST_NAME} octets`);
    u16.write(w, version);
    for (const v of [size, sessionId, domain.length, userName.length]) u32.write(w, v);
    pad558.write(w, pad);
    w.bytes(domain).bytes(userName);
    if (rest !== undefined) w.bytes(rest);
  },
};

/** FieldsPresent of TS_LOGON_INFO_EXTENDED. */
export const logonField = { autoReconnectCookie: 1, logonErrors: 2 } as const;
const field = counted(u32);
const EXTENDED_HEADER = 6;
/** TS_LOGON_INFO_EXTENDED, 2.2.10.1.1.4: fields in the order of their flags, then 570 octets of nothing. */
export interface LogonInfoExtended {
  /** Header and fields; what the sender counted when that is something else. */
  readonly length?: number | undefined;
  /** Flags without a field here: what they announce is in `trailing`. */
  readonly otherFields?: number | undefined;
  /** ARC_SC_PRIVATE_PACKET, 2.2.4.2: a secret that opens the session again. */
  readonly autoReconnectCookie?: Uint8Array | undefined;
  /** TS_LOGON_ERRORS_INFO. */
  readonly logonErrors?: Uint8Array | undefined;
  readonly trailing: Uint8Array;
}
function extendedLength({ autoReconnectCookie, logonErrors }: LogonInfoExtended): number {
  const of = (octetsOfField?: Uint8Array) => (octetsOfField === undefined ? 0 : 4 + octetsOfField.length);
  return EXTENDED_HEADER + of(autoReconnectCookie) + of(logonErrors);
}
const KNOWN = logonField.autoReconnectCookie | logonField.logonErrors;
export const logonInfoExtended: Codec<LogonInfoExtended> = {
  read(r) {
    const [length, present] = [u16.read(r), u32.read(r)];
    const has = (flag: number, name: string) => ((present & flag) === 0 ? undefined : named(name, () => field.read(r)));
    const autoReconnectCookie = has(logonField.autoReconnectCookie, 'autoReconnectCookie');
    const logonErrors = has(logonField.logonErrors, 'logonErrors');
    const otherFields = (present & ~KNOWN) >>> 0;
    const value: LogonInfoExtended = {
      ...(otherFields && { otherFields }),
      ...(autoReconnectCookie && { autoReconnectCookie }),
      ...(logonErrors && { logonErrors }),
      trailing: r.bytes(),
    };
    return length === extendedLength(value) ? value : { ...value, length };
  },
  write(w, value) {
    const { length = extendedLength(value), otherFields = 0, autoReconnectCookie, logonErrors } = value;
    u16.write(w, length);
    const flag = (bit: number, octetsOfField?: Uint8Array) => (octetsOfField === undefined ? 0 : bit);
    const present = flag(logonField.autoReconnectCookie, autoReconnectCookie) | flag(logonField.logonErrors, logonErrors);
    u32.write(w, (otherFields | present) >>> 0);
    for (const each of [autoReconnectCookie, logonErrors]) if (each !== undefined) field.write(w, each);
    w.bytes(value.trailing);
  },
};
const EXTENDED_PAD = 570;
export const extendedPad = (): Uint8Array => new Uint8Array(EXTENDED_PAD);

/** TS_LOGON_ERRORS_INFO, 2.2.10.1.1.4.1.1. */
export const logonErrorsInfo = record({ type: u32, data: u32, trailing });
export type LogonErrorsInfo = Value<typeof logonErrorsInfo>;

/** Save Session Info PDU Data, 2.2.10.1.1. */
export type SaveSessionInfo =
  | { readonly kind: 'logon'; readonly info: LogonInfo }
  | { readonly kind: 'logon-long'; readonly info: LogonInfoVersion2 }
  | { readonly kind: 'plain-notify'; readonly pad: Uint8Array }
  | { readonly kind: 'extended-info'; readonly info: LogonInfoExtended }
  | { readonly kind: 'unknown'; readonly infoType: number; readonly data: Uint8Array };
export const saveSessionInfo: Codec<SaveSessionInfo> = {
  read(r) {
    const type = named('infoType', () => u32.read(r));
    if (type === infoType.logon) return { kind: 'logon', info: logonInfo.read(r) };
    if (type === infoType.logonLong) return { kind: 'logon-long', info: logonInfoVersion2.read(r) };
    if (type === infoType.plainNotify) return { kind: 'plain-notify', pad: r.bytes() };
    if (type === infoType.extendedInfo) return { kind: 'extended-info', info: logonInfoExtended.read(r) };
    return { kind: 'unknown', infoType: type, data: r.bytes() };
  },
  write(w, value) {
    if (value.kind === 'unknown') {
      if (value.infoType <= infoType.extendedInfo) throw w.fail(`infoType ${value.infoType} is not unknown`);
      u32.write(w, value.infoType);
      w.bytes(value.data);
    } else if (value.kind === 'logon') {
      u32.write(w, infoType.logon);
      logonInfo.write(w, value.info);
    } else if (value.kind === 'logon-long') {
      u32.write(w, infoType.logonLong);
      logonInfoVersion2.write(w, value.info);
    } else if (value.kind === 'plain-notify') {
      u32.write(w, infoType.plainNotify);
      w.bytes(value.pad);
    } else {
      u32.write(w, infoType.extendedInfo);
      logonInfoExtended.write(w, value.info);
    }
  },
};
const PLAIN_PAD = 576;
export const plainNotify = (): SaveSessionInfo => ({ kind: 'plain-notify', pad: new Uint8Array(PLAIN_PAD) });

/** Whom a host says that it logged on. */
export interface LoggedOn {
  /** NetBIOS or DNS name; empty when the host did not say. */
  readonly domain: string;
  readonly userName: string;
  readonly sessionId: number | undefined;
}
/** Who is logged on by this notification; `undefined` when it does not say that somebody is. */
export function loggedOn(session: SaveSessionInfo): LoggedOn | undefined {
  if (session.kind === 'plain-notify') return { domain: '', userName: '', sessionId: undefined };
  if (session.kind === 'logon') {
    const { domain, cbDomain, userName, cbUserName, sessionId } = session.info;
    const text = (name: Uint8Array, count: number) => terminatedText(name.subarray(0, count));
    return { domain: text(domain, cbDomain), userName: text(userName, cbUserName), sessionId };
  }
  if (session.kind === 'logon-long') {
    const { domain, userName, sessionId } = session.info;
    return { domain: terminatedText(domain), userName: terminatedText(userName), sessionId };
  }
  return undefined;
}
const LONG_VERSION = 1;
const LONG_SIZE = 18;
/** The long notification, as a server sends it that was told LONG_CREDENTIALS_SUPPORTED. */
export function logonLong({ domain, userName, sessionId }: LoggedOn): SaveSessionInfo {
  const names = { domain: octetsOf(`${domain}\0`), userName: octetsOf(`${userName}\0`) };
  return { kind: 'logon-long', info: { version: LONG_VERSION, size: LONG_SIZE, sessionId: sessionId ?? 0, ...names } };
}
export function logonErrorsOf(session: SaveSessionInfo): LogonErrorsInfo | undefined {
  const errors = session.kind === 'extended-info' ? session.info.logonErrors : undefined;
  return errors && decode(logonErrorsInfo, errors);
}
export const logonErrors = (type: number, data: number): SaveSessionInfo => ({
  kind: 'extended-info',
  info: { logonErrors: encode(logonErrorsInfo, { type, data }), trailing: extendedPad() },
});
/** The notification without the cookie, which is nobody's business but the host's. */
export function withoutCookie(session: SaveSessionInfo): SaveSessionInfo {
  if (session.kind !== 'extended-info' || session.info.autoReconnectCookie === undefined) return session;
  const { autoReconnectCookie: _, length: __, ...info } = session.info;
  return { ...session, info };
}
