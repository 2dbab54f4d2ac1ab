import { secretRoom } from '../crypto/secret-octets.ts';
import { decode, encode } from '../wire/codec.ts';
import { context, octetString, optional, sequence } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { octetsOf, textOf } from '../wire/utf-16.ts';

/** credType, [MS-CSSP] 2.2.1.2. */
export const credentialType = { password: 1, smartCard: 2, remoteGuard: 6 } as const;
/** TSCredentials, [MS-CSSP] 2.2.1.2. */
export const tsCredentials = sequence({ credType: context(0, int32), credentials: context(1, octetString) });
/** TSSmartCardCreds with its TSCspDataDetail, [MS-CSSP] 2.2.1.2.2: texts in UTF-16LE without a terminator. */
export const tsSmartCardCreds = sequence({
  pin: context(0, octetString),
  cspData: context(
    1,
    sequence({
      keySpec: context(0, int32),
      cardName: optional(context(1, octetString)),
      readerName: optional(context(2, octetString)),
      containerName: optional(context(3, octetString)),
      cspName: optional(context(4, octetString)),
    }),
  ),
  userHint: optional(context(2, octetString)),
  domainHint: optional(context(3, octetString)),
});

export interface SmartCardCredentials {
  /** ASCII digits, as the card takes them; the caller's to wipe. */
  readonly pin: Uint8Array;
  /** As the redirected reader calls itself: the host looks for it by this name. */
  readonly readerName: string;
  readonly keySpec: number;
  readonly providerName: string;
  /** Left out, the provider takes the card's default container. */
  readonly containerName?: string | undefined;
  readonly userHint?: string | undefined;
  readonly domainHint?: string | undefined;
}
const text = (value: string | undefined) => (value === undefined ? undefined : octetsOf(value));

/** TSCredentials of type 2, DER; holds the PIN, and is the caller's to wipe. */
export function smartCardCredentials(given: SmartCardCredentials): Uint8Array {
  const { pin: digits, readerName, keySpec, providerName, containerName, userHint, domainHint } = given;
  const pin = secretRoom(digits.length * 2);
  for (const [i, digit] of digits.entries()) pin[i * 2] = digit;
  const cspData = {
    keySpec,
    readerName: octetsOf(readerName),
    containerName: text(containerName),
    cspName: octetsOf(providerName),
  };
  const inner = encode(tsSmartCardCreds, { pin, cspData, userHint: text(userHint), domainHint: text(domainHint) });
  try {
    return encode(tsCredentials, { credType: credentialType.smartCard, credentials: inner });
  } finally {
    pin.fill(0);
    inner.fill(0);
  }
}
/** What a host reads of TSCredentials; `undefined` for another type than a smart card's. @throws DecodeError */
export function readSmartCardCredentials(bytes: Uint8Array): SmartCardCredentials | undefined {
  const { credType, credentials } = decode(tsCredentials, bytes);
  if (credType !== credentialType.smartCard) return undefined;
  const { pin, cspData, userHint, domainHint } = decode(tsSmartCardCreds, credentials);
  const read = (octets: Uint8Array | undefined) => octets && textOf(octets);
  return {
    pin: pin.filter((_, i) => i % 2 === 0),
    readerName: read(cspData.readerName) ?? '',
    keySpec: cspData.keySpec,
    providerName: read(cspData.cspName) ?? '',
    containerName: read(cspData.containerName),
    userHint: read(userHint),
    domainHint: read(domainHint),
  };
}
