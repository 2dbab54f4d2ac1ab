import { type IncomingMessage, request } from 'node:http';
import { MayflyError } from '../wire/mayfly-error.ts';
import { unreachable } from './socket-fault.ts';

function answered(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, signal, headers: { 'accept-encoding': 'identity' } });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}
/**
 * What a plain HTTP address has, as Windows fetches a CRL: no redirection is followed. @param most octets
 * @throws MayflyError `http-unreachable`, `http-status`, `http-too-much`
 */
export async function httpOctets(text: string, most: number, signal: AbortSignal): Promise<Uint8Array> {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:') throw new MayflyError('http-unreachable', `${text} is no plain HTTP address`);
  const response = await answered(url, signal).catch((cause: unknown) => {
    throw unreachable('http-unreachable', text, cause);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new MayflyError('http-status', `${text} answers with HTTP status ${response.statusCode}`, {
      next: 'see what serves this address: `service.publicHttp`, or a web server of yours',
    });
  }
  try {
    return await bodyOf(response, most);
  } catch (cause) {
    if (cause instanceof MayflyError) throw cause;
    throw unreachable('http-unreachable', text, cause);
  }
}
async function bodyOf(response: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop closes the connection.
    if (most < length) throw new MayflyError('http-too-much', `the answer has more than ${most} octets`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
