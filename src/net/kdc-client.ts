import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerTo, AskOf } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { addressText, type KdcAddress } from './kdc-address.ts';
import type { KdcBackOff } from './kdc-back-off.ts';
import { proxyExchange } from './kdc-proxy.ts';
import { type TimeLimits, tcpExchange, timeLimits } from './kdc-transport.ts';
import { Turns } from './turns.ts';

export interface KdcClientSettings {
  /** Those of a realm in the order to try them; may look them up. @throws MayflyError `kdc-not-found` */
  readonly kdcsOf: (realm: string) => Promise<readonly KdcAddress[]>;
  readonly limits?: TimeLimits;
  /** Milliseconds for one exchange, whoever is asked on the way. */
  readonly total?: number;
  /** Shared by the clients of a process. */
  readonly backOff?: KdcBackOff | undefined;
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
const TOTAL_MS = 30_000;

function failure(causes: readonly unknown[], otherwise: (cause: AggregateError | undefined) => MayflyError): unknown {
  const [only] = causes;
  if (causes.length === 1) return only;
  const said = causes.map((e) => (e instanceof Error ? e.message : '')).join('; ');
  return otherwise(causes.length > 1 ? new AggregateError(causes, said) : undefined);
}

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
    const { kdcsOf, backOff, signal, total = TOTAL_MS } = this.#settings;
    let left = this.#left.get(realm);
    if (!left) {
      const kdcs = await kdcsOf(realm);
      left = (backOff?.inOrder(kdcs) ?? kdcs).slice(0, MOST_TRIED);
      this.#left.set(realm, left);
    } else if (another) left.shift();
    const late = AbortSignal.timeout(total);
    const stopped = signal ? AbortSignal.any([signal, late]) : late;
    const causes: unknown[] = [];
    for (let address = left[0]; address; address = left[0]) {
      try {
        const answer = await this.#ask(address, realm, bytes, stopped);
        backOff?.answered(address);
        return { bytes: answer, host: address.kind === 'tcp' ? address.host : undefined };
      } catch (e) {
        signal?.throwIfAborted();
        if (late.aborted)
          throw new MayflyError('kdc-timeout', `no KDC of realm ${realm} answered in ${total} ms`, { cause: causes.at(-1) });
        if (!(e instanceof MayflyError && elsewhere.has(e.code))) throw e;
        causes.push(e);
        backOff?.failed(address);
        left.shift();
      }
    }
    throw failure(causes, (cause) =>
      cause instanceof AggregateError
        ? new MayflyError('kdc-unreachable', `no other KDC of realm ${realm} is left to ask: ${cause.message}`, { cause })
        : new MayflyError('kdc-unreachable', `no other KDC of realm ${realm} is left to ask`),
    );
  }
  #ask(address: KdcAddress, realm: string, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const { limits = timeLimits, proxyCa } = this.#settings;
    return address.kind === 'tcp'
      ? askByTcp(address, bytes, limits, signal)
      : proxyExchange(address.url, realm, bytes, { ca: proxyCa, limit: limits.connect + limits.exchange, signal });
  }
}
type TcpAddress = KdcAddress & { readonly kind: 'tcp' };
async function askByTcp(address: TcpAddress, bytes: Uint8Array, limits: TimeLimits, signal: AbortSignal): Promise<Uint8Array> {
  const where = addressText(address);
  const late = () => new MayflyError('kdc-timeout', `KDC ${where} is busy with others`);
  for (let dropped = 0; ; dropped++) {
    try {
      return await turns.run(where, () => tcpExchange(address, bytes, { limits, signal }), limits.exchange, late);
    } catch (e) {
      if (!(e instanceof MayflyError && e.code === 'kdc-dropped')) throw e;
      if (dropped === MOST_DROPPED) throw new MayflyError('kdc-unreachable', e.message, { cause: e });
      await sleep(PAUSE_MS * (dropped + 1), undefined, { signal });
    }
  }
}
/** KDCs as configured, for realms that are; others by `otherwise`. */
export const configuredKdcs =
  (configured: ReadonlyMap<string, readonly KdcAddress[]>, otherwise: (realm: string) => Promise<readonly KdcAddress[]>) =>
  async (realm: string): Promise<readonly KdcAddress[]> => {
    const kdcs = configured.get(realm.toUpperCase());
    return kdcs && kdcs.length > 0 ? kdcs : otherwise(realm);
  };
