import { MayflyError } from '../wire/mayfly-error.ts';
import { systemCode } from '../wire/system-code.ts';

/** A connection that did not come about: what the system calls it, and what to look at. */
interface SocketFault {
  readonly reason: string;
  readonly next: string;
}
const tls = 'name the CA of its certificate as proxyCas of the realm, and write the host as the certificate does';
const wayThere = 'check address and port, that it runs, and the firewalls on the way';
const meanings: Readonly<Record<string, SocketFault>> = {
  ECONNREFUSED: { reason: 'nobody listens there', next: wayThere },
  EHOSTUNREACH: { reason: 'there is no way to that host', next: wayThere },
  ENETUNREACH: { reason: 'there is no way to that network', next: wayThere },
  ETIMEDOUT: { reason: 'it does not answer', next: wayThere },
  ENOTFOUND: { reason: 'DNS does not know the name', next: 'check the name, and the DNS servers of this machine' },
  EAI_AGAIN: { reason: 'DNS did not answer', next: 'check the DNS servers of this machine' },
};
const isCertificateFault = (code: string) => /^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(code);
/** @param what such as `KDC dc1:88`, which cannot be reached */
export function unreachable(errorCode: string, what: string, cause: unknown): MayflyError {
  const code = systemCode(cause);
  if (code === undefined) return new MayflyError(errorCode, `${what} cannot be reached`, { cause, next: wayThere });
  if (isCertificateFault(code))
    return new MayflyError(errorCode, `${what} cannot be reached: its certificate is not trusted (${code})`, {
      cause,
      next: tls,
    });
  const { reason, next } = meanings[code] ?? { reason: 'the connection failed', next: wayThere };
  return new MayflyError(errorCode, `${what} cannot be reached: ${reason} (${code})`, { cause, next });
}
