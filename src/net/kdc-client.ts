import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerTo, AskOf } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { addressText, type KdcAddress } from './kdc-address.ts';
import { proxyExchange } from './kdc-proxy.ts';
import { type TimeLimits, tcpExchange, timeLimits } from './kdc-transport.ts';
import { Turns } from './turns.ts';

export interface KdcClientSettings {
  /** Those of a realm in the order to try them; may look them up. @throws MayflyError `kdc-not-found` */
  readonly kdcsOf: (realm: string) => Promise<readonly KdcAddress[]>;
  readonly limits?: TimeLimits;
  /** PEM, for KDC proxies. */
  readonly proxyCa?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
/** A KDC's queue of new connections is short (MIT's holds 5): what does not fit is dropped, and comes again seconds later. */
const turns = new Turns(4);
/** What makes it worth asking the next one. */
const elsewhere = new Set(['kdc-unreachable', 'kdc-timeout']);
const MOST_TRIED = 8;
/** A busy KDC drops connections that have not been served, MIT's the oldest of more than 45: the request is sent again. */
const MOST_DROPPED = 3;
const PAUSE_MS = 50;

/**
 * Speaks to the KDCs of realms for one conversation: stays with the one that answered, goes on to the next where one does
 * not. Each KDC is tried once.
 */
export class KdcClient {
  readonly #settings: KdcClientSettings;
  /** Those left of a realm; the first is the one in use. */
  readonly #left = new Map<string, KdcAddress[]>();

  constructor(settings: KdcClientSettings) {
    this.#settings = settings;
  }
  /** Answers `exchange`. @throws MayflyError `kdc-…`; `kdc-unreachable` when there is no (other) KDC left */
  async exchange({ realm, bytes, another }: AskOf<'exchange'>): Promise<AnswerTo<'exchange'>> {
    let left = this.#left.get(realm);
    if (!left) {
      left = (await this.#settings.kdcsOf(realm)).slice(0, MOST_TRIED);
      this.#left.set(realm, left);
    } else if (another) left.shift();
    const causes: unknown[] = [];
    for (let address = left[0]; address; address = left[0]) {
      try {
        const answer = await this.#ask(address, realm, bytes);
        return { bytes: answer, host: address.kind === 'tcp' ? address.host : undefined };
      } catch (e) {
        if (!(e instanceof MayflyError && elsewhere.has(e.code))) throw e;
        causes.push(e);
        left.shift();
      }
    }
    const [only] = causes;
    if (causes.length === 1) throw only;
    const cause =
      causes.length > 1
        ? new AggregateError(causes, causes.map((e) => (e instanceof Error ? e.message : '')).join('; '))
        : undefined;
    throw new MayflyError('kdc-unreachable', `no other KDC of realm ${realm} is left to ask`, { cause });
  }
  #ask(address: KdcAddress, realm: string, bytes: Uint8Array): Promise<Uint8Array> {
    const { limits = timeLimits, proxyCa, signal } = this.#settings;
    return address.kind === 'tcp'
      ? this.#askByTcp(address, bytes)
      : proxyExchange(address.url, realm, bytes, { ca: proxyCa, limit: limits.connect + limits.exchange, signal });
  }
  async #askByTcp(address: KdcAddress & { readonly kind: 'tcp' }, bytes: Uint8Array): Promise<Uint8Array> {
    const { limits = timeLimits, signal } = this.#settings;
    const where = addressText(address);
    for (let dropped = 0; ; dropped++) {
      try {
        const late = () => new MayflyError('kdc-timeout', `KDC ${where} is busy with others`);
        return await turns.run(where, () => tcpExchange(address, bytes, { limits, signal }), limits.exchange, late);
      } catch (e) {
        if (!(e instanceof MayflyError && e.code === 'kdc-dropped')) throw e;
        if (dropped === MOST_DROPPED) throw new MayflyError('kdc-unreachable', e.message, { cause: e });
        await sleep(PAUSE_MS * (dropped + 1), undefined, signal ? { signal } : {});
      }
    }
  }
}
/** KDCs as configured, for realms that are; others by `otherwise`. */
export const configuredKdcs =
  (configured: ReadonlyMap<string, readonly KdcAddress[]>, otherwise: (realm: string) => Promise<readonly KdcAddress[]>) =>
  async (realm: string): Promise<readonly KdcAddress[]> => {
    const kdcs = configured.get(realm.toUpperCase());
    return kdcs && kdcs.length > 0 ? kdcs : await otherwise(realm);
  };
