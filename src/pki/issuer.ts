import type { UnixSeconds } from '../wire/der-time.ts';
import type { LogonIssuer } from '../x509/logon-certificate.ts';

/** An issuing CA as its certificate and its settings describe it; no key. */
export interface Issuer extends LogonIssuer {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** Made with `--lab`: never to be trusted by a domain people work in. */
  readonly lab: boolean;
}
