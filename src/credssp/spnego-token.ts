import { initialContextToken } from '../kerberos/application-exchange.ts';
import { decode, encode, type Value } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { context, octetString, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { enumerated, objectIdentifier } from '../wire/der-primitives.ts';

export const spnegoMechanism = '1.3.6.1.5.5.2';
/** Mechanisms that Mayfly never offers, and by which hosts ask for more or less than Kerberos ([MS-SPNG] 1.9, [MS-KILE] 3.1.5.2). */
export const refusedMechanism: Readonly<Record<string, 'NTLM' | 'user-to-user' | 'NegoEx'>> = {
  '1.3.6.1.4.1.311.2.2.10': 'NTLM',
  '1.3.6.1.4.1.311.2.2.30': 'NegoEx',
  '1.2.840.113554.1.2.2.3': 'user-to-user',
};
const BIT_STRING = 0x03;

/** MechTypeList, RFC 4178 4.1: what a mechListMIC is over, in DER. */
export const mechTypeList = sequenceOf(objectIdentifier, 16);
/** NegTokenInit, RFC 4178 4.2.1; reqFlags prove nothing and are read over. */
const negTokenInit = sequence({
  mechTypes: context(0, mechTypeList),
  reqFlags: optional(context(1, raw(BIT_STRING))),
  mechToken: optional(context(2, octetString)),
  mechListMIC: optional(context(3, octetString)),
});
export type NegTokenInit = Value<typeof negTokenInit>;
/** NegTokenResp, RFC 4178 4.2.2. */
export const negTokenResp = context(
  1,
  sequence({
    negState: optional(context(0, enumerated)),
    supportedMech: optional(context(1, objectIdentifier)),
    responseToken: optional(context(2, octetString)),
    mechListMIC: optional(context(3, octetString)),
  }),
);
export type NegTokenResp = Value<typeof negTokenResp>;
export const negState = { acceptCompleted: 0, acceptIncomplete: 1, reject: 2, requestMic: 3 } as const;

const choiceInit = context(0, negTokenInit);
/** What an initiator says first, RFC 4178 4.2. */
export const negotiationToken = (init: NegTokenInit): Uint8Array =>
  encode(initialContextToken, { mechanism: spnegoMechanism, inner: encode(choiceInit, init) });
/** @throws DecodeError */
export function readNegotiationToken(bytes: Uint8Array): NegTokenInit {
  const { mechanism, inner } = decode(initialContextToken, bytes);
  if (mechanism !== spnegoMechanism) throw new DecodeError(`mechanism ${mechanism} is not SPNEGO`, 0, ['thisMech']);
  return decode(choiceInit, inner);
}
