import { acceptCredSsp, type CredSspHost, type Delegated } from '../../src/credssp/accept-credssp.ts';
import type { EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import type { HostScript } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { type AcceptorHabits, acceptWith } from './stand-in-acceptor.ts';

export interface NlaHabits extends Pick<CredSspHost, 'judge' | 'version'> {
  /** 0 unless said otherwise; the host is as Windows ships it. */
  readonly authorization?: number;
  readonly acceptor?: AcceptorHabits;
  /** Told what it was given. */
  readonly delegated?: (delegated: Delegated) => void;
}
const { hybrid, hybridEx } = securityProtocol;

/** A host that takes nobody without Network Level Authentication, for `fakeHost`. */
export function speaksNla(hostKey: EncryptionKey, habits: NlaHabits = {}): Pick<HostScript, 'negotiate' | 'authenticate'> {
  const { authorization = 0, acceptor, delegated = () => undefined, ...more } = habits;
  const chosen = (protocols: number) => [hybridEx, hybrid].find((protocol) => (protocols & protocol) !== 0);
  return {
    negotiate({ negotiation }) {
      const protocol = chosen(negotiation?.protocols ?? 0);
      if (protocol !== undefined) return { kind: 'response', flags: 0, protocol };
      return { kind: 'failure', flags: 0, code: failureCode.hybridRequiredByServer };
    },
    *authenticate({ negotiation }) {
      const isEarly = chosen(negotiation?.protocols ?? 0) === hybridEx;
      const host = { certificate: hostCertificate.der, accept: acceptWith(hostKey, acceptor), ...more };
      const got = yield* acceptCredSsp({ ...host, authorization: isEarly ? () => authorization : undefined });
      delegated(got);
      if (authorization !== 0) throw new Error(`${got.client} may not log on here`);
    },
  };
}
