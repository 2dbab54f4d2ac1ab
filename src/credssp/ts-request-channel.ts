import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type NlaPlace, type NlaRefusal, refusal, refusedWithStatus } from './nla-refusal.ts';
import { FIRST_WITH_NONCE } from './public-key-binding.ts';
import { MOST_SENT, statusOf, type TsRequest, tsRequest, tsRequestFrame } from './ts-request.ts';

/** Our own; a peer with a higher one is one of ours ([MS-CSSP] 2.2.1). */
export const OWN_VERSION = 6;
export const FIRST_VERSION = 2;

export const violation = (message: string): MayflyError => new MayflyError('credssp-protocol', message);
const tooOld = (version: number) =>
  refusal(
    'server-key',
    'CREDSSP_TOO_OLD',
    `the host speaks CredSSP ${version}, which lets a man in the middle have his own key proven (CVE-2018-0886)`,
    'install the updates of the host (KB4088776 and later)',
  );

/** TSRequests to and from a host: one version for the whole exchange, and an error code ends it. */
export class TsRequestChannel {
  readonly #least: number;
  #peer: number | undefined;
  /** @param least the lowest version that the host may have; below 5 only where somebody wants it so */
  constructor(least: number = FIRST_WITH_NONCE) {
    this.#least = least;
  }
  /** What both speak, as soon as the host has spoken. */
  get version(): number {
    return Math.min(OWN_VERSION, this.#peer ?? OWN_VERSION);
  }
  /** In one write, and so in one TLS record. @throws MayflyError `credssp-size` */
  *send(request: Omit<TsRequest, 'version'>): Conversation<void> {
    const bytes = encode(tsRequest, { version: OWN_VERSION, ...request });
    if (MOST_SENT < bytes.length)
      throw new MayflyError('credssp-size', `a TSRequest of ${bytes.length} octets does not fit into one TLS record`, {
        next: 'the account is in too many groups for its ticket to be sent',
      });
    yield* ask<'send'>({ do: 'send', bytes });
  }
  *receive(place: NlaPlace): Conversation<TsRequest | NlaRefusal> {
    return this.read(place, yield* ask<'receive'>({ do: 'receive', frame: tsRequestFrame }));
  }
  read(place: NlaPlace, bytes: Uint8Array): TsRequest | NlaRefusal {
    const request = decode(tsRequest, bytes);
    const { version, errorCode } = request;
    if (errorCode) return refusedWithStatus(place, statusOf(errorCode));
    if (version < FIRST_VERSION) throw violation(`the host speaks CredSSP ${version}, which there is not`);
    if (this.#peer !== undefined && this.#peer !== version)
      throw violation(`the host changed its version of CredSSP from ${this.#peer} to ${version}`);
    this.#peer = version;
    return version < this.#least ? tooOld(version) : request;
  }
}
/** What was received, if it is a message and no refusal. */
export const isRequest = (answer: TsRequest | NlaRefusal): answer is TsRequest => 'version' in answer;
