import { type Codec, decode, encode, named, type Value } from '../wire/codec.ts';
import { counted, optional, record, trailing, u8, u16, u32 } from './record.ts';
import { securityFlag, securityHeader } from './security-header.ts';

/** Licensing messages, [MS-RDPBCGR] 2.2.1.12.1.1 and [MS-RDPELE] 2.2.2.1. */
export const licenseMessageType = {
  licenseRequest: 0x01,
  platformChallenge: 0x02,
  newLicense: 0x03,
  upgradeLicense: 0x04,
  licenseInfo: 0x12,
  newLicenseRequest: 0x13,
  platformChallengeResponse: 0x15,
  errorAlert: 0xff,
} as const;
/** Preamble flags: version 3.0, and that the client takes extended errors. */
export const PREAMBLE_VERSION_3_0 = 0x03;
const PREAMBLE = 4;

/** LICENSE_PREAMBLE and what follows it. */
export interface LicenseMessage {
  readonly type: number;
  readonly flags: number;
  readonly body: Uint8Array;
}
export const licenseMessage: Codec<LicenseMessage> = {
  read(r) {
    const [type, flags] = [u8.read(r), u8.read(r)];
    const size = named('wMsgSize', () => u16.read(r));
    if (size < PREAMBLE) throw r.fail(`message of ${size} octets`);
    return { type, flags, body: r.bytes(size - PREAMBLE) };
  },
  write(w, { type, flags, body }) {
    u8.write(w, type);
    u8.write(w, flags);
    u16.write(w, PREAMBLE + body.length);
    w.bytes(body);
  },
};
/** Licensing PDU, [MS-RDPBCGR] 2.2.1.12. */
export const licensePdu = record({ securityHeader, message: licenseMessage, trailing });

const FLAGS = securityFlag.licensePkt | securityFlag.licenseEncryptCs;
/**
 * The user data of a licensing PDU, with no flags but those that it has: of one that says it is something else besides, whoever gets it
 * may read that.
 */
export function onlyLicense(userData: Uint8Array): Uint8Array {
  const out = userData.slice();
  const view = new DataView(out.buffer);
  view.setUint16(0, view.getUint16(0, true) & FLAGS, true);
  return out;
}
const last: ReadonlySet<number> = new Set([
  licenseMessageType.newLicense,
  licenseMessageType.upgradeLicense,
  licenseMessageType.errorAlert,
]);
/** Whether it is the server's last word on licences. */
export const isLastLicense = ({ type }: LicenseMessage): boolean => last.has(type);

/** dwErrorCode of LICENSE_ERROR_MESSAGE, [MS-RDPBCGR] 2.2.1.12.1.3, as what it says. */
const licenseErrors: Readonly<Record<number, readonly [name: string, sentence: string]>> = {
  1: ['ERR_INVALID_SERVER_CERTIFICATE', "the licensing component could not check the server's certificate"],
  2: ['ERR_NO_LICENSE', 'no client access licence was accepted or is left'],
  3: ['ERR_INVALID_MAC', 'a licensing message was damaged or wrongly keyed'],
  4: ['ERR_INVALID_SCOPE', 'the licence was issued for another scope'],
  6: ['ERR_NO_LICENSE_SERVER', 'no licence server could be reached'],
  7: ['STATUS_VALID_CLIENT', 'no licence is needed'],
  8: ['ERR_INVALID_CLIENT', 'the client is not allowed a licence'],
  11: ['ERR_INVALID_PRODUCTID', 'the licence is for another product'],
  12: ['ERR_INVALID_MESSAGE_LEN', 'a licensing message had a wrong length'],
};
const ERR_NO_LICENSE = 2;
const STATUS_VALID_CLIENT = 7;
/** dwStateTransition. */
export const stateTransition = { totalAbort: 1, noTransition: 2, resetPhaseToStart: 3, resendLastMessage: 4 } as const;
/** wBlobType of an error alert's empty blob. */
const BB_ERROR_BLOB = 0x0004;

/** LICENSE_ERROR_MESSAGE, [MS-RDPBCGR] 2.2.1.12.1.3. */
export const licenseErrorMessage = record({
  errorCode: u32,
  stateTransition: u32,
  // LICENSE_BINARY_BLOB, 2.2.1.12.1.2: some servers leave it out.
  blobType: optional(u16),
  blob: optional(counted(u16)),
  trailing,
});
export type LicenseErrorMessage = Value<typeof licenseErrorMessage>;

/** How the server left the licensing phase, or that it wants the long exchange of [MS-RDPELE]. */
export type LicenseVerdict =
  | { readonly kind: 'valid-client' }
  | { readonly kind: 'error'; readonly error: LicenseErrorMessage; readonly name: string; readonly sentence: string }
  | { readonly kind: 'exchange'; readonly type: number; readonly sentence: string };

/** What a server's licensing message means for a client that keeps no licences. @throws DecodeError */
export function judgeLicense({ type, body }: LicenseMessage): LicenseVerdict {
  if (type !== licenseMessageType.errorAlert) {
    const sentence = 'the host demands a client access licence, which takes an exchange that this client does not hold';
    return { kind: 'exchange', type, sentence };
  }
  const error = decode(licenseErrorMessage, body);
  if (error.errorCode === STATUS_VALID_CLIENT && error.stateTransition === stateTransition.noTransition) {
    return { kind: 'valid-client' };
  }
  const [name, sentence] = licenseErrors[error.errorCode] ?? [
    `licence error ${error.errorCode}`,
    'the host refused the licence for a reason unknown here',
  ];
  return { kind: 'error', error, name, sentence };
}
function errorAlert(errorCode: number, transition: number): Uint8Array {
  const blob = { blobType: BB_ERROR_BLOB, blob: new Uint8Array() };
  const body = encode(licenseErrorMessage, { errorCode, stateTransition: transition, ...blob });
  return encode(licensePdu, {
    securityHeader: { flags: securityFlag.licensePkt, flagsHi: 0 },
    message: { type: licenseMessageType.errorAlert, flags: PREAMBLE_VERSION_3_0, body },
  });
}
/** What a server says that wants no licence. */
export const validClient = (): Uint8Array => errorAlert(STATUS_VALID_CLIENT, stateTransition.noTransition);
/** What a client says that has no licence and asks for none, [MS-RDPELE] 3.3.5.1: whether it may go on is the server's to say. */
export const noLicense = (): Uint8Array => errorAlert(ERR_NO_LICENSE, stateTransition.totalAbort);
