import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** Fetches a JSON document of an identity provider; rejects with whatever kept it from coming. */
export type FetchJson = (url: URL, options: { readonly ca: string | undefined; readonly limit: number }) => Promise<unknown>;

/** Octets. A discovery document has 5 kB, the key set of a large provider 20 kB. */
export const MOST_DOCUMENT = 262_144;
const failure = (message: string, cause?: unknown) =>
  new MayflyError('identity-provider', message, cause === undefined ? {} : { cause });

async function bodyOf(response: IncomingMessage, origin: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (MOST_DOCUMENT < length) throw failure(`${origin} sent more than ${MOST_DOCUMENT} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
function answered(url: URL, ca: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      agent: false,
      signal,
      headers: { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'identity' },
    };
    const sent =
      url.protocol === 'https:'
        ? // Said, because the environment could say otherwise (NODE_TLS_REJECT_UNAUTHORIZED).
          httpsRequest(url, { ...options, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) })
        : httpRequest(url, options);
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

/**
 * One GET, all of it within `limit` milliseconds; redirections are not followed, for they would say where keys come from.
 * @throws MayflyError `identity-provider`
 */
export const fetchJson: FetchJson = async (url, { ca, limit }) => {
  const timeout = AbortSignal.timeout(limit);
  const { origin } = url;
  try {
    const response = await answered(url, ca, timeout);
    if (response.statusCode !== 200) {
      response.destroy();
      throw failure(`${origin} answered with HTTP status ${response.statusCode}`);
    }
    const body = await bodyOf(response, origin);
    try {
      const value: unknown = JSON.parse(body);
      return value;
    } catch {
      throw failure(`${origin} sent what is no JSON`);
    }
  } catch (cause) {
    if (cause instanceof MayflyError) throw cause;
    if (timeout.aborted) throw failure(`${origin} did not answer in ${limit} ms`);
    throw failure(`${origin} cannot be reached`, cause);
  }
};
