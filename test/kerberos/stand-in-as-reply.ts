import { encryptionType } from '../../src/crypto/encryption-type.ts';
import { asRep, type EncKdcRepPart, encAsRepPart, type KdcRep } from '../../src/kerberos/kdc-reply.ts';
import { kerberosFlag } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { paType } from '../../src/kerberos/pa-data.ts';
import { kdcDhKeyInfo, paPkAsRep } from '../../src/kerberos/pkinit.ts';
import type { PrincipalName } from '../../src/kerberos/principal-name.ts';
import { encode, type Value } from '../../src/wire/codec.ts';
import { nothing } from '../../src/wire/der-primitives.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { oid } from '../../src/x509/oid.ts';
import type { MadeCertificate } from '../x509/made-certificate.ts';
import { contentTypeAttribute, digestAttribute, makeSignedData, type SignedDataChange } from '../x509/made-signed-data.ts';
import type { PkcaRequest } from './pkca-checker.ts';
import type { Digest } from './pkca-checker-signed-data.ts';
import { agree, deriveKey, type Reading, read } from './stand-in-secret.ts';
import { freshKey, sealed, sealTicket } from './stand-in-ticket.ts';

/** Everything a reply says, before it is bytes: a lie changes one part of it. */
export interface AsReplyPlan {
  readonly keyInfo: Value<typeof kdcDhKeyInfo>;
  readonly signing: SignedDataChange;
  readonly serverDhNonce: Uint8Array | undefined;
  readonly kdf: string | undefined;
  readonly etype: number;
  /** Of EncASRepPart; the ticket says the same. */
  readonly part: EncKdcRepPart;
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly ticketRealm: string;
  readonly ticketName: PrincipalName;
  /** The reply key is another than the one agreed. */
  readonly otherKey: boolean;
  readonly padata: (pkAsRep: Uint8Array) => KdcRep['padata'];
  readonly pkAsRep: (dhSignedData: Uint8Array) => Uint8Array;
}
/** What the KDC chooses. */
export interface AsReplyChoice {
  readonly realm: string;
  readonly now: UnixSeconds;
  readonly certificate: MadeCertificate;
  readonly digest: Digest;
  readonly etype: number | undefined;
  readonly sessionEtype: number | undefined;
  readonly kdf: string | undefined;
  readonly serverDhNonce: Uint8Array | undefined;
  readonly dhKeyExpiration: UnixSeconds | undefined;
  /** The secret begins with so many zero octets, and is read in this way. */
  readonly zeros: number | undefined;
  readonly reading: Reading;
  readonly cname: PrincipalName;
  readonly lie: (plan: AsReplyPlan, request: PkcaRequest) => AsReplyPlan;
}
const NULL = encode(nothing, null);
const digestId = { sha1: oid.sha1, sha256: oid.sha256, sha384: oid.sha384, sha512: oid.sha512 };
const withEcdsa = {
  sha1: oid.ecdsaWithSHA1,
  sha256: oid.ecdsaWithSHA256,
  sha384: oid.ecdsaWithSHA384,
  sha512: oid.ecdsaWithSHA512,
};
const withRsa = {
  sha1: oid.sha1WithRSAEncryption,
  sha256: oid.sha256WithRSAEncryption,
  sha384: oid.sha384WithRSAEncryption,
  sha512: oid.sha512WithRSAEncryption,
};
/** SignedData over a KDCDHKeyInfo by the KDC's key. */
export function signing(certificate: MadeCertificate, digest: Digest, issuers: readonly Uint8Array[]): SignedDataChange {
  const rsa = certificate.key.privateKey.asymmetricKeyType === 'rsa';
  return {
    signer: certificate,
    certificates: [certificate.der, ...issuers],
    digest: digestId[digest],
    signature: rsa
      ? { hash: digest, algorithm: withRsa[digest], parameters: NULL }
      : { hash: digest, algorithm: withEcdsa[digest] },
  };
}
const hashOf = (id: string | undefined) => Object.entries(digestId).find(([, known]) => known === id)?.[0] ?? 'sha256';
function signedKeyInfo(plan: AsReplyPlan): Uint8Array {
  const eContent = encode(kdcDhKeyInfo, plan.keyInfo);
  const { eContentType = oid.pkinitDHKeyData, digest } = plan.signing;
  const attributes = [contentTypeAttribute(eContentType), digestAttribute(eContent, hashOf(digest))];
  return makeSignedData({ eContent, attributes, ...plan.signing });
}
/** AS-REP of PKINIT with Diffie-Hellman: RFC 4556 3.2.3, RFC 4120 3.1.3. @param asReq as it came */
export function asReply(
  request: PkcaRequest,
  asReq: Uint8Array,
  choice: AsReplyChoice,
  issuers: readonly Uint8Array[],
): Uint8Array {
  const { realm, now, certificate } = choice;
  const { authPack, publicValue } = request;
  if (!publicValue) throw new Error('the request is not for Diffie-Hellman');
  const { subjectPublicKey, secret } = agree(publicValue, choice.zeros);
  const etype = choice.etype ?? request.etypes.find((offered) => encryptionType(offered)) ?? 18;
  const service: PrincipalName = { nameType: 2, nameString: ['krbtgt', realm] };
  const plan = choice.lie(
    {
      keyInfo: { subjectPublicKey, nonce: authPack.nonce, dhKeyExpiration: choice.dhKeyExpiration },
      signing: signing(certificate, choice.digest, issuers),
      serverDhNonce: choice.serverDhNonce,
      kdf: choice.kdf,
      etype,
      part: {
        key: { keytype: choice.sessionEtype ?? etype, keyvalue: freshKey(choice.sessionEtype ?? etype).value },
        lastReq: [{ lrType: 0, lrValue: now }],
        nonce: request.nonce,
        flags: kerberosFlag.initial | kerberosFlag.preAuthent,
        authtime: now,
        starttime: now,
        endtime: request.till,
        srealm: realm,
        sname: service,
      },
      crealm: realm,
      cname: choice.cname,
      ticketRealm: realm,
      ticketName: service,
      otherKey: false,
      padata: (padataValue) => [{ padataType: paType.pkAsRep, padataValue }],
      pkAsRep: () => new Uint8Array(),
    },
    request,
  );
  const { part, kdf, serverDhNonce, crealm, cname } = plan;
  const dhSignedData = signedKeyInfo(plan);
  const { clientDhNonce } = authPack;
  const info = { dhSignedData, serverDhNonce, kdf: kdf === undefined ? undefined : { kdfId: kdf } };
  const told = plan.pkAsRep(dhSignedData);
  const pkAsRep = told.length > 0 ? told : encode(paPkAsRep, { kind: 'dhInfo', value: info });
  const { realm: asked, cname: client, sname: server } = request;
  const key = deriveKey(read(secret, choice.reading), {
    kdf,
    nonces: clientDhNonce && serverDhNonce ? [clientDhNonce, serverDhNonce] : [],
    length: encryptionType(plan.etype)?.keyLength ?? 16,
    etype: plan.etype,
    client: { realm: asked, ...client },
    server: { realm: asked, ...server },
    asReq,
    pkAsRep,
  });
  const sealing = encryptionType(plan.etype) ? plan.etype : 18;
  const replyKey = plan.otherKey || sealing !== plan.etype ? freshKey(sealing) : { etype: plan.etype, value: key };
  const { key: sessionKey, flags, authtime, starttime, endtime, renewTill } = part;
  const ticket = sealTicket(plan.ticketRealm, plan.ticketName, {
    flags,
    key: sessionKey,
    crealm,
    cname,
    transited: { trType: 1, contents: new Uint8Array() },
    authtime,
    starttime,
    endtime,
    renewTill,
  });
  return encode(asRep, {
    pvno: 5,
    msgType: 11,
    padata: plan.padata(pkAsRep),
    crealm,
    cname,
    ticket,
    encPart: { etype: plan.etype, cipher: sealed(replyKey, keyUsage.asRepEncPart, encode(encAsRepPart, part)) },
  });
}
