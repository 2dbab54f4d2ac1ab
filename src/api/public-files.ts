import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sha256 } from '../crypto/digest.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';

/** A CRL or CA certificate, in DER. */
export interface PublicFile {
  readonly content: Uint8Array;
  readonly modified: UnixSeconds;
  /** Seconds from now for which it may be kept. */
  readonly fresh: number;
}
export type PublicKind = 'crl' | 'ca';
export interface PublicFilesPorts {
  /** @param keyId of a CA, lower-case hexadecimal. Undefined: there is none. */
  readonly find: (kind: PublicKind, keyId: string) => Promise<PublicFile | undefined>;
  readonly log: (e: unknown) => void;
}

/** RFC 2585 4. */
const types: Readonly<Record<PublicKind, string>> = { crl: 'application/pkix-crl', ca: 'application/pkix-cert' };
/** The whole target, so that there is no other spelling: nothing is decoded, joined or looked for on a disk. */
const target = /^\/(?:(?<crl>crl)\/(?<crlKey>[0-9a-f]{40})\.crl|(?<ca>ca)\/(?<caKey>[0-9a-f]{40})\.crt)$/;
const MOST_CONNECTIONS = 1000;
const HEADERS = 8 * 1024;
/** Milliseconds. */
const HEAD_PATIENCE = 5000;
const STALLED = 30_000;

/** Plain HTTP for what everybody may read, and is signed: Windows fetches CRLs over no TLS, whose certificate it would have to check first. */
export function publicFiles({ find, log }: PublicFilesPorts): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADERS,
      headersTimeout: HEAD_PATIENCE,
      requestTimeout: HEAD_PATIENCE,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: HEAD_PATIENCE,
    },
    (request, response) => {
      // A body is not asked for and not read: what follows it would not be a request.
      if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
        response.setHeader('connection', 'close');
      response.setHeader('x-content-type-options', 'nosniff');
      answer(request, response, find).catch((e: unknown) => {
        log(e);
        end(response, 503, { 'retry-after': '10' });
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(STALLED);
  return server;
}
async function answer(request: IncomingMessage, response: ServerResponse, find: PublicFilesPorts['find']): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' });
  const { crl, crlKey, caKey } = target.exec(request.url ?? '')?.groups ?? {};
  const kind = crl === undefined ? 'ca' : 'crl';
  const keyId = crlKey ?? caKey;
  const file = keyId === undefined ? undefined : await find(kind, keyId);
  if (!file) return end(response, 404, {});
  const { content, modified, fresh } = file;
  const tag = `"${toHex(sha256(content)).slice(0, 32)}"`;
  const headers = {
    'content-type': types[kind],
    'cache-control': `public, max-age=${Math.max(0, Math.floor(fresh))}`,
    'last-modified': new Date(modified * 1000).toUTCString(),
    etag: tag,
  };
  if (isKnown(request, tag, modified)) return end(response, 304, headers);
  response.writeHead(200, { ...headers, 'content-length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
}
/** RFC 9110 13.2.2: where there are tags, times do not count. */
function isKnown({ headers }: IncomingMessage, tag: string, modified: UnixSeconds): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags === '*' || tags.split(/ *, */).some((known) => known.replace(/^W\//, '') === tag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return modified * 1000 <= since;
}
function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, status === 304 ? headers : { 'content-length': '0', 'cache-control': 'no-store', ...headers });
  response.end();
}
