import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { kdcProxyMessage } from '../kerberos/kdc-proxy-message.ts';
import { framed, MOST_OCTETS, unframed } from '../kerberos/tcp-framing.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { unreachable } from './socket-fault.ts';

export interface ProxyOptions {
  /** PEM; the system's trusted roots unless given. */
  readonly ca?: string | undefined;
  /** Milliseconds for everything. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}
/** Room for the reply's length prefix and the headers of KDC-PROXY-MESSAGE. */
const MOST_BODY = MOST_OCTETS + 64;

async function bodyOf(response: IncomingMessage, url: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (MOST_BODY < length) throw new MayflyError('kdc-oversize', `KDC proxy ${url} sent more than ${MOST_BODY} octets`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
function answered(url: string, body: Uint8Array, { ca, signal }: ProxyOptions, timeout: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, {
      method: 'POST',
      agent: false,
      // Said, because the environment could say otherwise (NODE_TLS_REJECT_UNAUTHORIZED).
      rejectUnauthorized: true,
      headers: { 'content-type': 'application/kerberos', 'content-length': body.length },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(ca === undefined ? {} : { ca }),
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}
/**
 * One exchange through a KDC proxy, [MS-KKDCP] 3.1.5. Its certificate is verified; redirections are not followed.
 * @throws MayflyError `kdc-unreachable`, `kdc-timeout`, `kdc-oversize`, `kdc-reply`
 */
export async function proxyExchange(url: string, realm: string, request: Uint8Array, options: ProxyOptions): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(options.limit);
  const body = encode(kdcProxyMessage, { kerbMessage: framed(request), targetDomain: realm });
  try {
    const response = await answered(url, body, options, timeout);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new MayflyError('kdc-unreachable', `KDC proxy ${url} answered with HTTP status ${response.statusCode}`);
    }
    return unframed(decode(kdcProxyMessage, await bodyOf(response, url)).kerbMessage);
  } catch (cause) {
    if (cause instanceof DecodeError)
      throw new MayflyError('kdc-reply', `KDC proxy ${url} sent what is no reply of a proxy`, { cause });
    if (cause instanceof MayflyError) throw cause;
    options.signal?.throwIfAborted();
    if (timeout.aborted) throw new MayflyError('kdc-timeout', `KDC proxy ${url} did not answer in ${options.limit} ms`);
    throw unreachable('kdc-unreachable', `KDC proxy ${url}`, cause);
  }
}
