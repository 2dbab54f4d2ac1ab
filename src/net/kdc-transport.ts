import { connect } from 'node:net';
import { framed, kerberosFrame, unframed } from '../kerberos/tcp-framing.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { unreachable } from './socket-fault.ts';

export interface TcpKdc {
  readonly host: string;
  readonly port: number;
}
/** Milliseconds. */
export interface TimeLimits {
  readonly connect: number;
  /** From the first octet sent to the last received: a KDC that drips does not stay longer than one that is silent. */
  readonly exchange: number;
}
export const timeLimits: TimeLimits = { connect: 5_000, exchange: 10_000 };

/**
 * One request to one KDC and its reply, RFC 4120 7.2.2, on a connection of its own.
 * @throws MayflyError `kdc-dropped` (closed without a word), `kdc-unreachable`, `kdc-timeout`, `kdc-oversize`, or the reason of `signal`
 */
export function tcpExchange(
  { host, port }: TcpKdc,
  request: Uint8Array,
  { limits = timeLimits, signal }: { readonly limits?: TimeLimits; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const where = `${host}:${port}`;
    const socket = connect({ host, port, noDelay: true });
    const received: Uint8Array[] = [];
    let wanted: number | undefined;
    let have = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      socket.destroy();
      settle();
    };
    const fail = (code: string, message: string, cause?: unknown) =>
      end(() => reject(new MayflyError(code, message, cause === undefined ? {} : { cause })));
    const aborted = () => end(() => reject(signal?.reason as Error));
    let timer = setTimeout(
      () => fail('kdc-timeout', `KDC ${where} did not accept a connection in ${limits.connect} ms`),
      limits.connect,
    );
    signal?.addEventListener('abort', aborted, { once: true });
    if (signal?.aborted) aborted();

    socket.on('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail('kdc-timeout', `KDC ${where} did not answer in ${limits.exchange} ms`), limits.exchange);
      socket.write(framed(request));
    });
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      have += chunk.length;
      try {
        wanted ??= kerberosFrame(Buffer.concat(received));
      } catch (e) {
        if (!(e instanceof DecodeError)) throw e;
        fail('kdc-oversize', `KDC ${where} announced a reply that is empty or too large`, e);
        return;
      }
      if (wanted === undefined || have < wanted) return;
      if (wanted < have) fail('kdc-reply', `KDC ${where} sent more than its reply`);
      else end(() => resolve(unframed(new Uint8Array(Buffer.concat(received)))));
    });
    // With what was sent to it unread, the connection is reset rather than closed.
    const closed = (cause?: Error) =>
      fail(have > 0 ? 'kdc-unreachable' : 'kdc-dropped', `KDC ${where} closed the connection before its reply was whole`, cause);
    socket.on('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'ECONNRESET' ? closed(cause) : end(() => reject(unreachable('kdc-unreachable', `KDC ${where}`, cause))),
    );
    socket.on('close', () => closed());
  });
}
