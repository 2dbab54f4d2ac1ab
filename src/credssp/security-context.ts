import { encryptionType } from '../crypto/encryption-type.ts';
import { type GssSide, messageMic, seal, unwrap, verifyMessageMic } from '../kerberos/gss-token.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

export interface ContextKeys extends Pick<GssSide, 'key' | 'acceptorSubkey'> {
  /** Whether we are the acceptor. */
  readonly acceptor: boolean;
  readonly ownSequence: number;
  readonly peerSequence: number;
}
/** Octets of a Wrap token's header, RFC 4121 4.2.6.2. */
const HEADER = 16;

const unproven = (message: string) => new MayflyError('credssp-unproven', message);

/**
 * An established context of Kerberos (RFC 4121): tokens in both directions, each with the next number of its side. It owns its key;
 * `destroy` wipes it.
 */
export class SecurityContext {
  readonly #own: GssSide;
  readonly #peer: GssSide;
  #ownNext: bigint;
  #peerNext: bigint;

  constructor({ key, acceptor, acceptorSubkey, ownSequence, peerSequence }: ContextKeys) {
    this.#own = { key, acceptor, acceptorSubkey };
    this.#peer = { key, acceptor: !acceptor, acceptorSubkey };
    this.#ownNext = BigInt(ownSequence);
    this.#peerNext = BigInt(peerSequence);
  }
  /**
   * A sealed Wrap token, turned as Windows turns its own and wants those of others: by what is in front of the plaintext there,
   * header and checksum ([MS-KILE] 3.4.5.4.1 with the lengths of each encryption type).
   * @param confounder 16 fresh random octets
   */
  seal(message: Uint8Array, confounder: Uint8Array): Uint8Array {
    const macLength = encryptionType(this.#own.key.etype)?.macLength ?? 0;
    return seal(this.#own, this.#ownNext++, message, confounder, HEADER + macLength);
  }
  /** What the peer sealed as its next token. @throws MayflyError `credssp-unproven`; DecodeError for what is no token */
  open(token: Uint8Array): Uint8Array {
    const opened = unwrap(this.#peer, token);
    if (!opened) throw unproven('a token is not under the key that was agreed');
    if (!opened.sealed) throw unproven('a token is not encrypted');
    this.#count(opened.sequenceNumber);
    return opened.message;
  }
  mic(message: Uint8Array): Uint8Array {
    return messageMic(this.#own, this.#ownNext++, message);
  }
  /** @throws MayflyError `credssp-unproven`; DecodeError */
  verifyMic(message: Uint8Array, token: Uint8Array): void {
    const sequenceNumber = verifyMessageMic(this.#peer, message, token);
    if (sequenceNumber === undefined) throw unproven('a checksum over the negotiation does not hold');
    this.#count(sequenceNumber);
  }
  #count(sequenceNumber: bigint): void {
    if (sequenceNumber !== this.#peerNext) throw unproven(`token ${sequenceNumber} came where ${this.#peerNext} was next`);
    this.#peerNext++;
  }
  destroy(): void {
    this.#own.key.value.fill(0);
  }
}
