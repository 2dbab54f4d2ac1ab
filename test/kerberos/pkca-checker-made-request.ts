import { createHash } from 'node:crypto';
import { keyAgreement, modpParameters, secretLength } from '../../src/crypto/key-agreement.ts';
import { clientPublicValue } from '../../src/kerberos/client-public-value.ts';
import { asReq, type KdcReqBody, kdcReqBody } from '../../src/kerberos/kdc-request.ts';
import type { PaData } from '../../src/kerberos/pa-data.ts';
import { type AuthPack, authPack, domainParameters, paPkAsReq, pkinitOid } from '../../src/kerberos/pkinit.ts';
import { encode } from '../../src/wire/codec.ts';
import { nothing, objectIdentifier, unsignedInteger } from '../../src/wire/der-primitives.ts';
import { oid } from '../../src/x509/oid.ts';
import { subjectPublicKeyInfo } from '../../src/x509/public-key.ts';
import { now } from '../x509/made-certificate.ts';
import { contentTypeAttribute, digestAttribute, makeSignedData, type SignedDataChange } from '../x509/made-signed-data.ts';
import { alice, type Card, cardOf, REALM } from './stand-in-realm.ts';
import { random } from './stand-in-ticket.ts';

/** The token that the domain controller of these tests gave out. */
export const token = new TextEncoder().encode('a token of today');
const sha = (algorithm: string, bytes: Uint8Array) => new Uint8Array(createHash(algorithm).update(bytes).digest());
const agreement = keyAgreement('modp-14', random(secretLength('modp-14')));
const rightPublicValue: Uint8Array = clientPublicValue('modp-14', agreement.publicValue);
export const curveValue: Uint8Array = clientPublicValue('p-256', keyAgreement('p-256', random(32)).publicValue);

/** SubjectPublicKeyInfo of a MODP group with any of its numbers changed. */
export function modpValue(
  change: { p?: Uint8Array; g?: Uint8Array; q?: Uint8Array | undefined; y?: Uint8Array } = {},
): Uint8Array {
  const group = modpParameters('modp-14');
  if (!group) throw new Error('the group is not there');
  const { y = agreement.publicValue, ...numbers } = { ...group, ...change };
  const parameters = encode(domainParameters, numbers);
  const subjectPublicKey = encode(unsignedInteger, y);
  return encode(subjectPublicKeyInfo, { algorithm: { algorithm: pkinitOid.dhPublicNumber, parameters }, subjectPublicKey });
}
export function pointValue(point: Uint8Array, curve: string = oid.secp256r1): Uint8Array {
  const parameters = encode(objectIdentifier, curve);
  return encode(subjectPublicKeyInfo, { algorithm: { algorithm: oid.idEcPublicKey, parameters }, subjectPublicKey: point });
}

/** What differs from an AS-REQ that is right in every way. */
export interface RequestChange {
  readonly body?: Partial<KdcReqBody>;
  /** The body that is sent, where it is not the one that was signed. */
  readonly bodySent?: Partial<KdcReqBody>;
  readonly authenticator?: (checksums: Uint8Array) => Partial<AuthPack['pkAuthenticator']>;
  readonly pack?: Partial<AuthPack>;
  readonly card?: Card;
  /** Certificates that are sent; the signer's and its CA's. */
  readonly certificates?: readonly Uint8Array[];
  readonly signing?: (eContent: Uint8Array) => SignedDataChange;
  readonly padata?: (pkAsReq: PaData) => PaData[];
  readonly pkAsReq?: (signedAuthPack: Uint8Array) => Uint8Array;
  readonly pvno?: number;
  readonly msgType?: number;
}
/** An AS-REQ, written with our codecs: what reads it does so with others. */
export function makeRequest(change: RequestChange = {}): Uint8Array {
  const fields: KdcReqBody = {
    kdcOptions: 0x0001_0000,
    cname: { nameType: 10, nameString: [alice.principalName] },
    realm: REALM,
    sname: { nameType: 2, nameString: ['krbtgt', REALM] },
    till: now + 900,
    nonce: 0x1234_5678,
    etype: [18, 17, 20, 19],
    ...change.body,
  };
  const body = encode(kdcReqBody, fields);
  const eContent = encode(authPack, {
    pkAuthenticator: {
      cusec: 1,
      ctime: now,
      nonce: 0x1234_5678,
      paChecksum: sha('sha1', body),
      freshnessToken: token,
      paChecksum2: { checksum: sha('sha256', body), algorithmIdentifier: { algorithm: oid.sha256 } },
      ...change.authenticator?.(body),
    },
    clientPublicValue: rightPublicValue,
    ...change.pack,
  });
  const { card = cardOf(alice) } = change;
  const [der = new Uint8Array()] = card.certificates;
  const signer = { der, subject: new Uint8Array(), key: { privateKey: card.privateKey, spki: new Uint8Array() } };
  const rsa = card.privateKey.asymmetricKeyType === 'rsa';
  const signedAuthPack = makeSignedData({
    signer,
    certificates: change.certificates ?? card.certificates,
    eContentType: oid.pkinitAuthData,
    eContent,
    attributes: [contentTypeAttribute(oid.pkinitAuthData), digestAttribute(eContent)],
    signature: rsa
      ? { hash: 'sha256', algorithm: oid.sha256WithRSAEncryption, parameters: encode(nothing, null) }
      : { hash: 'sha256', algorithm: oid.ecdsaWithSHA256 },
    ...change.signing?.(eContent),
  });
  const padataValue = change.pkAsReq?.(signedAuthPack) ?? encode(paPkAsReq, { signedAuthPack });
  const item: PaData = { padataType: 16, padataValue };
  return encode(asReq, {
    pvno: change.pvno ?? 5,
    msgType: change.msgType ?? 10,
    padata: change.padata?.(item) ?? [item],
    reqBody: change.bodySent ? encode(kdcReqBody, { ...fields, ...change.bodySent }) : body,
  });
}
