import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ExtendedRequest } from 'ldapts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { diagnosticText } from './ldap-result.ts';
import { LdapStream } from './ldap-stream.ts';

/** One domain controller, as it is reached. Its certificate must name `host`. */
export interface LdapServer {
  readonly host: string;
  readonly port: number;
}
export interface LdapSecurity {
  readonly how: 'ldaps' | 'starttls';
  /** PEM of the CAs of the servers' certificates; the system's when empty. */
  readonly anchors: readonly string[];
  /** Milliseconds until a connection is up and proven. */
  readonly patience: number;
}
export const serverText = ({ host, port }: LdapServer): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** StartTLS, RFC 4511 4.14. */
const START_TLS = '1.3.6.1.4.1.1466.20037';

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not trusted',
  CERT_REVOKED: 'it is revoked',
};
const codeOf = (cause: unknown) =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

/** Why no connection came about. Certificates have a code of their own: no other server makes up for them. */
function connectionFault(server: LdapServer, cause: unknown): MayflyError {
  if (cause instanceof MayflyError) return cause;
  const code = codeOf(cause instanceof AggregateError ? cause.errors[0] : cause);
  const fault = certificateFaults[code ?? ''];
  if (fault !== undefined || code?.startsWith('CERT_') || code?.startsWith('UNABLE_TO')) {
    return new MayflyError(
      'directory-certificate',
      `the certificate of ${serverText(server)} is refused: ${fault ?? 'it does not hold'} (${code})`,
      {
        cause,
        next: fault?.includes('host')
          ? 'write the server as its certificate names it'
          : "renew the server's certificate, or name the CA that it comes from as directories[].anchors",
      },
    );
  }
  return new MayflyError('directory-unreachable', `${serverText(server)} cannot be reached (${code ?? 'no reason given'})`, {
    cause,
    next: 'check name and port, that the server runs, and the firewalls on the way',
  });
}

function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}
function secured({ host, port }: LdapServer, anchors: readonly string[], socket?: Duplex): TLSSocket {
  return connectTls({
    ...(socket ? { socket } : { host, port }),
    ...(isIP(host) ? { host } : { host, servername: host }),
    ...(anchors.length > 0 ? { ca: [...anchors] } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}
/** In clear up to here: nothing has been said but this request, and nothing may come but its answer. */
async function startTls(socket: Socket, server: LdapServer, patience: number): Promise<Duplex> {
  const stream = new LdapStream(socket, serverText(server));
  const { result } = await stream.ask(new ExtendedRequest({ messageId: 0, oid: START_TLS }), patience);
  if (result.operation !== 'extended' || result.code !== 0)
    throw new MayflyError(
      'directory-unreachable',
      `${serverText(server)} does not do STARTTLS (${diagnosticText(result.diagnostic)})`,
      {
        next: 'give the server a certificate, or write security: ldaps',
      },
    );
  return stream.release();
}
/** A connection that TLS has proven. @throws MayflyError `directory-unreachable`, `directory-certificate`, `directory-late` */
export async function openSecure(server: LdapServer, { how, anchors, patience }: LdapSecurity): Promise<TLSSocket> {
  const opened: Socket[] = [];
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    for (const socket of opened) socket.destroy();
  }, patience);
  try {
    let below: Duplex | undefined;
    if (how === 'starttls') {
      const socket = connectTcp({ host: server.host, port: server.port });
      opened.push(socket);
      await connected(socket, 'connect');
      below = await startTls(socket, server, patience);
    }
    const secure = secured(server, anchors, below);
    opened.push(secure);
    await connected(secure, 'secureConnect');
    secure.setNoDelay(true);
    secure.setKeepAlive(true, 60_000);
    return secure;
  } catch (cause) {
    for (const socket of opened) socket.on('error', () => undefined).destroy();
    if (!isLate) throw connectionFault(server, cause);
    throw new MayflyError('directory-late', `${serverText(server)} did not answer within ${patience} ms`, {
      cause,
      next: 'see whether that server is well, and the firewalls on the way',
    });
  } finally {
    clearTimeout(timer);
  }
}
