import { decrypt } from '../crypto/encrypted-data.ts';
import { encryptionType } from '../crypto/encryption-type.ts';
import type { KeyAgreement, KeyAgreementGroup } from '../crypto/key-agreement.ts';
import { type SecretReading, secretReadings } from '../crypto/pkinit-key.ts';
import { decode, type Value } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { oid } from '../x509/oid.ts';
import { kdcPublicValue } from './client-public-value.ts';
import { proveKdc } from './kdc-certificate.ts';
import type { KdcRep } from './kdc-reply.ts';
import { keyUsage } from './key-usage.ts';
import { paDataOf, paType } from './pa-data.ts';
import { type dhRepInfo, kdcDhKeyInfo, paPkAsRep } from './pkinit.ts';
import { pkinitKdfs, replyKey } from './pkinit-kdf.ts';
import type { Principal } from './principal-name.ts';
import type { RealmProfile } from './realm-profile.ts';

/** What was asked, as far as the reply must fit it. */
export interface PkinitQuestion {
  readonly profile: RealmProfile;
  readonly host: string | undefined;
  readonly group: KeyAgreementGroup;
  readonly agreement: KeyAgreement;
  /** Of the PKAuthenticator. */
  readonly nonce: number;
  readonly clientDhNonce: Uint8Array | undefined;
  readonly client: Principal;
  readonly server: Principal;
  /** AS-REQ, DER. */
  readonly asReq: Uint8Array;
  /** The KDC's time. */
  readonly time: UnixSeconds;
}
export interface OpenedReply {
  /** EncASRepPart, DER; the caller wipes it. */
  readonly plaintext: Uint8Array;
  readonly kdf: string | undefined;
  readonly reading: SecretReading['name'];
}

const refuse = (code: string, message: string, next?: string) =>
  new MayflyError(code, message, next === undefined ? {} : { next });

type DhInfo = Value<typeof dhRepInfo>;
type KeyInfo = Value<typeof kdcDhKeyInfo>;
function dhInfoOf(reply: KdcRep): { readonly pkAsRep: Uint8Array; readonly info: DhInfo } {
  const pkAsRep = paDataOf(reply.padata, paType.pkAsRep);
  if (!pkAsRep) throw refuse('kdc-reply', 'the KDC answered without PA-PK-AS-REP');
  const choice = decode(paPkAsRep, pkAsRep);
  if (choice.kind === 'encKeyPack')
    throw refuse('kdc-rsa-transport', 'the KDC answered with public key encryption, which was not asked for');
  return { pkAsRep, info: choice.value };
}
function checkKdf(kdf: string | undefined, profile: RealmProfile): void {
  if (kdf === undefined) return;
  if (profile.supportedKdfs && pkinitKdfs.some(({ kdfId }) => kdfId === kdf)) return;
  throw refuse('kdc-reply', `the KDC chose key derivation ${kdf}, which was not offered`);
}
/** Signature, chain, purpose and name of the KDC; then what it signed. */
function* keyInfo(question: PkinitQuestion, { dhSignedData: signed, serverDhNonce }: DhInfo): Conversation<KeyInfo> {
  const { profile, host, nonce, clientDhNonce, time } = question;
  const digests = profile.kdcDigests;
  const verdict = yield* ask<'verify-signed-data'>({
    do: 'verify-signed-data',
    bytes: signed,
    contentType: oid.pkinitDHKeyData,
    digests,
  });
  if (!verdict.ok) throw refuse('kdc-signature', `the KDC's signature is refused: ${verdict.reason}`);
  yield* proveKdc({ certificates: verdict.certificates, crls: verdict.crls, profile, host });
  const info = decode(kdcDhKeyInfo, verdict.content);
  // A KDC that uses its key again signs 0 and makes the reply fresh by the two other nonces (RFC 4556 3.2.3).
  const isReused = info.nonce === 0 && clientDhNonce && serverDhNonce && info.dhKeyExpiration !== undefined;
  if (info.nonce !== nonce && !isReused) throw refuse('kdc-nonce', 'the KDC signed the nonce of another request');
  if (info.dhKeyExpiration !== undefined && info.dhKeyExpiration <= time)
    throw refuse('kdc-dh-value', "the KDC's Diffie-Hellman key has expired");
  return info;
}
function publicValueOf(group: KeyAgreementGroup, subjectPublicKey: Uint8Array): Uint8Array {
  try {
    return kdcPublicValue(group, subjectPublicKey);
  } catch (e) {
    if (e instanceof DecodeError)
      throw new MayflyError('kdc-dh-value', "the KDC's Diffie-Hellman value cannot be read", { cause: e });
    throw e;
  }
}
/**
 * Opens the enc-part of an AS-REP, RFC 4556 3.2.4: nothing of the reply is believed before the KDC is proven. The secret
 * is read as the RFC says; where it begins with zero octets also as Heimdal before its PR 1177 did. The integrity check decides.
 * @throws MayflyError `kdc-reply`, `kdc-rsa-transport`, `kdc-signature`, `kdc-certificate`, `kdc-name`, `kdc-nonce`, `kdc-dh-value`,
 * `kdc-encryption-type`, `kdc-decrypt`
 */
export function* openReply(question: PkinitQuestion, reply: KdcRep): Conversation<OpenedReply> {
  const { profile, agreement, group, clientDhNonce, client, server, asReq } = question;
  const { etype, cipher } = reply.encPart;
  const keyLength = encryptionType(etype)?.keyLength;
  if (keyLength === undefined || !profile.encryptionTypes.includes(etype))
    throw refuse('kdc-encryption-type', `the KDC encrypted with type ${etype}, which was not offered`);
  const { pkAsRep, info } = dhInfoOf(reply);
  const kdf = info.kdf?.kdfId;
  checkKdf(kdf, profile);
  const { subjectPublicKey } = yield* keyInfo(question, info);
  const secret = agreement.agree(publicValueOf(group, subjectPublicKey));
  if (!secret) throw refuse('kdc-dh-value', "the KDC's Diffie-Hellman value is not one of the group");
  const { serverDhNonce } = info;
  const readings = secretReadings(secret);
  try {
    for (const { name: reading, octets } of readings) {
      const value = replyKey(octets, { kdf, clientDhNonce, serverDhNonce, etype, keyLength, client, server, asReq, pkAsRep });
      const plaintext = decrypt({ etype, value }, keyUsage.asRepEncPart, cipher);
      value.fill(0);
      if (plaintext) return { plaintext, kdf, reading };
    }
  } finally {
    secret.fill(0);
    for (const { octets } of readings) octets.fill(0);
  }
  throw refuse('kdc-decrypt', "the KDC's reply does not decrypt under the agreed key");
}
