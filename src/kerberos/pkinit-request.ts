import { sha1, sha256 } from '../crypto/digest.ts';
import { encode } from '../wire/codec.ts';
import type { Conversation, DigestName, Instant } from '../wire/conversation.ts';
import { oid } from '../x509/oid.ts';
import { signedData } from '../x509/signed-data.ts';
import { authPack, paPkAsReq } from './pkinit.ts';
import { pkinitKdfs } from './pkinit-kdf.ts';

export interface PkinitRequest {
  /** KDC-REQ-BODY as it goes on the wire. */
  readonly body: Uint8Array;
  /** The KDC's time; never the same twice, since the KDC remembers it. */
  readonly instant: Instant;
  readonly nonce: number;
  readonly freshnessToken?: Uint8Array | undefined;
  readonly clientDhNonce?: Uint8Array | undefined;
  /** SubjectPublicKeyInfo. */
  readonly clientPublicValue: Uint8Array;
  /** Whether key derivations of RFC 8636 are offered. */
  readonly supportedKdfs: boolean;
  readonly digest: DigestName;
  readonly certificates: readonly Uint8Array[];
}
/**
 * PA-PK-AS-REQ, RFC 4556 3.2.1, signed once. Both checksums are always there: domain controllers want the SHA-256 one as soon
 * as the signature is not SHA-1 ([MS-PKCA] 3.1.5.2.1), older KDCs know the SHA-1 one alone.
 */
export function* pkinitRequest(request: PkinitRequest): Conversation<Uint8Array> {
  const { body, instant, nonce, freshnessToken, clientDhNonce } = request;
  const content = encode(authPack, {
    pkAuthenticator: {
      cusec: instant.microseconds,
      ctime: instant.seconds,
      nonce,
      paChecksum: sha1(body),
      freshnessToken,
      paChecksum2: { checksum: sha256(body), algorithmIdentifier: { algorithm: oid.sha256 } },
    },
    clientPublicValue: request.clientPublicValue,
    clientDhNonce,
    supportedKdfs: request.supportedKdfs ? pkinitKdfs.map(({ kdfId }) => ({ kdfId })) : undefined,
  });
  const { certificates, digest } = request;
  const signedAuthPack = yield* signedData({ contentType: oid.pkinitAuthData, content, certificates, digest });
  return encode(paPkAsReq, { signedAuthPack });
}
