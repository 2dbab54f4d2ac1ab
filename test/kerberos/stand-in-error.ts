import { modpParameters } from '../../src/crypto/key-agreement.ts';
import { kerbErrorData, krbError } from '../../src/kerberos/krb-error.ts';
import { methodData, type PaData, paType, tdType, typedData } from '../../src/kerberos/pa-data.ts';
import { algorithmIdentifiers, domainParameters, pkinitOid } from '../../src/kerberos/pkinit.ts';
import { ticketGrantingService } from '../../src/kerberos/principal-name.ts';
import { encode } from '../../src/wire/codec.ts';
import { context, sequence, sequenceOf } from '../../src/wire/der.ts';
import { int32, objectIdentifier } from '../../src/wire/der-primitives.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { oid } from '../../src/x509/oid.ts';
import type { PkinitGroup } from './pkca-checker-group.ts';
import { type Digest, digestOf } from './pkca-checker-signed-data.ts';

/** A refusal as a test orders it. */
export interface OrderedError {
  readonly code: number;
  readonly eData?: Uint8Array;
  /** KDC_ERR_WRONG_REALM: where the client is known instead (RFC 6806 7). */
  readonly crealm?: string;
  /** Seconds that the clock it tells is ahead of the KDC's. */
  readonly ahead?: number;
}
/** KRB-ERROR, RFC 4120 5.9.1. */
export function errorReply(realm: string, now: UnixSeconds, { code, eData, crealm, ahead = 0 }: OrderedError): Uint8Array {
  return encode(krbError, {
    pvno: 5,
    msgType: 30,
    stime: now + ahead,
    susec: 17,
    errorCode: code,
    crealm,
    realm,
    sname: ticketGrantingService(realm),
    eData,
  });
}
const etypeInfo2 = sequenceOf(sequence({ etype: context(0, int32) }));
/** METHOD-DATA of KDC_ERR_PREAUTH_REQUIRED. */
export function hints({
  token,
  cookie,
  etypes,
}: {
  readonly token?: Uint8Array | undefined;
  readonly cookie?: Uint8Array | undefined;
  readonly etypes: readonly number[];
}): Uint8Array {
  const info = encode(
    etypeInfo2,
    etypes.map((etype) => ({ etype })),
  );
  const list: PaData[] = [
    { padataType: paType.etypeInfo2, padataValue: info },
    { padataType: paType.pkAsReq, padataValue: new Uint8Array() },
  ];
  if (cookie) list.push({ padataType: paType.fxCookie, padataValue: cookie });
  if (token) list.push({ padataType: paType.asFreshness, padataValue: token });
  return encode(methodData, list);
}
const curveOf = { 'p-256': oid.secp256r1, 'p-384': oid.secp384r1 };
function groupIdentifier(group: PkinitGroup) {
  if (group === 'p-256' || group === 'p-384')
    return { algorithm: oid.idEcPublicKey, parameters: encode(objectIdentifier, curveOf[group]) };
  const modp = group === 'modp-2' ? { p: new Uint8Array(128).fill(0xff), g: Uint8Array.of(2) } : modpParameters(group);
  return {
    algorithm: pkinitOid.dhPublicNumber,
    parameters: encode(domainParameters, modp ?? { p: new Uint8Array(), g: new Uint8Array() }),
  };
}
/** TD-DH-PARAMETERS, RFC 4556 3.1.3. */
export const dhParameters = (groups: readonly PkinitGroup[]): Uint8Array =>
  encode(typedData, [{ dataType: tdType.dhParameters, dataValue: encode(algorithmIdentifiers, groups.map(groupIdentifier)) }]);
/** TD-CMS-DIGEST-ALGORITHMS, RFC 8636 4. */
export function cmsDigestAlgorithms(digests: readonly Digest[]): Uint8Array {
  const listed = digests.map((digest) => ({ algorithm: Object.keys(digestOf).find((id) => digestOf[id] === digest) ?? '' }));
  return encode(typedData, [{ dataType: tdType.cmsDigestAlgorithms, dataValue: encode(algorithmIdentifiers, listed) }]);
}
/** KERB-ERROR-DATA with a status of Windows, [MS-KILE] 2.2.2. */
export function windowsStatus(status: number): Uint8Array {
  const dataValue = new Uint8Array(12);
  new DataView(dataValue.buffer).setUint32(0, status, true);
  dataValue[8] = 1;
  return encode(kerbErrorData, { dataType: 3, dataValue });
}
