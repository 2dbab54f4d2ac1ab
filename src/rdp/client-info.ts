import { secretRoom } from '../crypto/secret-octets.ts';
import { type Codec, encode, named, type Value } from '../wire/codec.ts';
import type { ByteReader, ByteWriter } from '../wire/cursor.ts';
import { octetsOf, textOf } from '../wire/utf-16.ts';
import { counted, optional, record, trailing, u16, u32 } from './record.ts';
import { securityFlag, securityHeader } from './security-header.ts';
import { timeZoneInformation } from './time-zone.ts';

/** Flags of the Info Packet, [MS-RDPBCGR] 2.2.1.11.1.1. */
export const infoFlag = {
  mouse: 0x1,
  disableCtrlAltDel: 0x2,
  /** Use the secret that is given, without asking. */
  autologon: 0x8,
  unicode: 0x10,
  /** xrdp refuses a client without it. */
  maximizeShell: 0x20,
  /** Tell how the logon went: Save Session Info with the names. */
  logonNotify: 0x40,
  /** Bulk compression, which would hide Save Session Info from whoever reads along. */
  compression: 0x80,
  compressionTypeMask: 0x1e00,
  enableWindowsKey: 0x100,
  remoteConsoleAudio: 0x2000,
  forceEncryptedCsPdu: 0x4000,
  rail: 0x8000,
  /** Tell what went wrong with the logon. */
  logonErrors: 0x1_0000,
  mouseHasWheel: 0x2_0000,
  /** `password` is the PIN of a smart card. */
  passwordIsScPin: 0x4_0000,
  noAudioPlayback: 0x8_0000,
  usingSavedCreds: 0x10_0000,
  audioCapture: 0x20_0000,
  videoDisable: 0x40_0000,
  hidefRailSupported: 0x200_0000,
} as const;

/** AF_INET and AF_INET6, clientAddressFamily. */
export const addressFamily = { inet: 0x0002, inet6: 0x0017 } as const;
/** The longest cookie that a server reads, [MS-RDPBCGR] 2.2.5.1.1 ERRINFO_SECURITYDATATOOSHORT16. */
const MOST_COOKIE = 128;

/**
 * TS_EXTENDED_INFO_PACKET, [MS-RDPBCGR] 2.2.1.11.1.1.1: from the time zone on a client may stop after any field (IronRDP's stops
 * behind the performance flags). Address and directory are octets as counted, with the NUL that the count includes: nobody here
 * needs them, and what Android's client sends (a count of 0) stays distinct from an empty text.
 */
export const extendedInfoPacket = record({
  clientAddressFamily: u16,
  clientAddress: counted(u16),
  clientDir: counted(u16),
  clientTimeZone: optional(timeZoneInformation),
  clientSessionId: optional(u32),
  performanceFlags: optional(u32),
  autoReconnectCookie: optional(counted(u16, MOST_COOKIE)),
  reserved1: optional(u16),
  reserved2: optional(u16),
  dynamicDstTimeZoneKeyName: optional(counted(u16)),
  dynamicDaylightTimeDisabled: optional(u16),
  trailing,
});
export type ExtendedInfoPacket = Value<typeof extendedInfoPacket>;

/** TS_INFO_PACKET, [MS-RDPBCGR] 2.2.1.11.1.1. */
export interface InfoPacket {
  /** The active input locale with `unicode`, otherwise the code page of the texts. */
  readonly codePage: number;
  readonly flags: number;
  /** Without `unicode` a text has one character for each octet: what these mean, only `codePage` could tell. */
  readonly domain: string;
  readonly userName: string;
  /** Octets of the wire, without the NUL: UTF-16LE with `unicode`. The owner wipes them. */
  readonly password: Uint8Array;
  readonly alternateShell: string;
  readonly workingDir: string;
  /** RDP 4.0 has none. */
  readonly extraInfo?: ExtendedInfoPacket | undefined;
}
const isUnicode = (flags: number) => (flags & infoFlag.unicode) !== 0;
const NUL = { unicode: new Uint8Array(2), ansi: new Uint8Array(1) };
const terminator = (flags: number) => (isUnicode(flags) ? NUL.unicode : NUL.ansi);
const ansiOf = (octets: Uint8Array) => Array.from(octets, (octet) => String.fromCharCode(octet)).join('');

/** A text's octets as this packet writes them. @throws MayflyError `encode` for a character that the ANSI form has no octet for */
function written(w: ByteWriter, text: string, flags: number): Uint8Array {
  if (isUnicode(flags)) return octetsOf(text);
  return Uint8Array.from(text, (character) => {
    const unit = character.charCodeAt(0);
    if (character.length !== 1 || 0xff < unit) throw w.fail('a text that is not ANSI, in a packet that is');
    return unit;
  });
}
function readText(r: ByteReader, length: number, flags: number): Uint8Array {
  if (isUnicode(flags) && length % 2 !== 0) throw r.fail(`${length} octets of UTF-16`);
  const octets = r.bytes(length);
  if (r.bytes(terminator(flags).length).some((octet) => octet !== 0)) throw r.fail('text does not end with NUL');
  return octets;
}
const fieldNames = ['domain', 'userName', 'password', 'alternateShell', 'workingDir'] as const;
const SECURITY_HEADER = 4;
/** codePage to cbWorkingDir. */
const HEADER = 18;

export const infoPacket: Codec<InfoPacket> = {
  read(r) {
    const [codePage, flags] = [u32.read(r), u32.read(r)];
    const lengths = fieldNames.map((field) => named(field, () => u16.read(r)));
    const [domain, userName, password, alternateShell, workingDir] = fieldNames.map((field, i) =>
      named(field, () => readText(r, lengths[i] ?? 0, flags)),
    );
    const text = (octets: Uint8Array = new Uint8Array()) => (isUnicode(flags) ? textOf(octets) : ansiOf(octets));
    const packet: InfoPacket = {
      codePage,
      flags,
      domain: text(domain),
      userName: text(userName),
      password: password ?? new Uint8Array(),
      alternateShell: text(alternateShell),
      workingDir: text(workingDir),
    };
    return r.left === 0 ? packet : { ...packet, extraInfo: named('extraInfo', () => extendedInfoPacket.read(r)) };
  },
  write(w, { codePage, flags, extraInfo, ...texts }) {
    u32.write(w, codePage);
    u32.write(w, flags);
    const fields = fieldNames.map((field) => {
      const value = texts[field];
      return typeof value === 'string' ? written(w, value, flags) : value;
    });
    for (const octets of fields) u16.write(w, octets.length);
    for (const octets of fields) w.bytes(octets).bytes(terminator(flags));
    if (extraInfo !== undefined) extendedInfoPacket.write(w, extraInfo);
  },
};

/** Client Info PDU Data, [MS-RDPBCGR] 2.2.1.11.1. */
export const clientInfo = record({ securityHeader, infoPacket });
export type ClientInfo = Value<typeof clientInfo>;

/**
 * The PDU's octets, in what `wrap` puts in front of them. The password is put in last, so that no buffer on the way keeps a copy;
 * whoever has sent the result wipes it.
 */
export function encodeClientInfo(packet: InfoPacket, wrap = (userData: Uint8Array): Uint8Array => userData): Uint8Array {
  const header = { flags: securityFlag.infoPkt, flagsHi: 0 };
  const blank = { ...packet, password: new Uint8Array(packet.password.length) };
  const userData = encode(clientInfo, { securityHeader: header, infoPacket: blank });
  const out = wrap(userData);
  const unit = isUnicode(packet.flags) ? 2 : 1;
  const at = SECURITY_HEADER + HEADER + (packet.domain.length + packet.userName.length + 2) * unit;
  out.set(packet.password, out.length - userData.length + at);
  return out;
}
/** A PIN of decimal digits, ASCII, as the password field carries it with `unicode`. */
export function pinAsPassword(pin: Uint8Array): Uint8Array {
  const out = secretRoom(pin.length * 2);
  for (const [i, digit] of pin.entries()) out[i * 2] = digit;
  return out;
}
