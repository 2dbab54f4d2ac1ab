import { octetString2Key, pkinitKdf } from '../crypto/pkinit-key.ts';
import { encode } from '../wire/codec.ts';
import type { DigestName } from '../wire/conversation.ts';
import { krb5PrincipalName } from '../x509/krb5-principal-name.ts';
import { otherInfo, pkinitOid, pkinitSuppPubInfo } from './pkinit.ts';
import type { Principal } from './principal-name.ts';

/** Key derivation functions of RFC 8636 3.1, best first. */
export const pkinitKdfs: readonly { readonly kdfId: string; readonly digest: DigestName }[] = [
  { kdfId: pkinitOid.kdfSha512, digest: 'SHA-512' },
  { kdfId: pkinitOid.kdfSha384, digest: 'SHA-384' },
  { kdfId: pkinitOid.kdfSha256, digest: 'SHA-256' },
  { kdfId: pkinitOid.kdfSha1, digest: 'SHA-1' },
];

/** All that the reply key is made of, except the secret. */
export interface ReplyKeyInput {
  /** Chosen by the KDC; without one, the derivation of RFC 4556 3.2.3.1. */
  readonly kdf: string | undefined;
  readonly clientDhNonce: Uint8Array | undefined;
  readonly serverDhNonce: Uint8Array | undefined;
  readonly etype: number;
  readonly keyLength: number;
  /** As the AS-REQ named them. */
  readonly client: Principal;
  readonly server: Principal;
  readonly asReq: Uint8Array;
  readonly pkAsRep: Uint8Array;
}
const named = ({ realm, name }: Principal) => encode(krb5PrincipalName, { realm, principalName: name });

/** One reply key per reading of the shared secret; the caller wipes it. */
export function replyKey(secret: Uint8Array, input: ReplyKeyInput): Uint8Array {
  const { kdf, clientDhNonce, serverDhNonce, keyLength: length } = input;
  const derivation = pkinitKdfs.find(({ kdfId }) => kdfId === kdf);
  if (derivation) {
    const suppPubInfo = encode(pkinitSuppPubInfo, { enctype: input.etype, asReq: input.asReq, pkAsRep: input.pkAsRep });
    const info = encode(otherInfo, {
      algorithmId: { algorithm: derivation.kdfId },
      partyUInfo: named(input.client),
      partyVInfo: named(input.server),
      suppPubInfo,
    });
    return pkinitKdf({ digest: derivation.digest, secret, otherInfo: info, length });
  }
  // The nonces count only where both sides sent one.
  const nonces = clientDhNonce && serverDhNonce ? [clientDhNonce, serverDhNonce] : [];
  return octetString2Key([secret, ...nonces], length);
}
