import type { EncodedExtension } from '../../src/x509/extensions.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import type { ChainQuestion } from '../../src/x509/verify-chain.ts';
import {
  type CertificatePlan,
  type CrlPlan,
  caExtensions,
  dNSNames,
  ecKey,
  endEntity,
  type MadeCertificate,
  makeCertificate,
  makeCrl,
  now,
} from './made-certificate.ts';

const keys = { root: ecKey('P-384'), middle: ecKey(), leaf: ecKey() };
type Change = Partial<Omit<CertificatePlan, 'extensions'>> & {
  readonly extensions?: readonly EncodedExtension[];
  readonly more?: readonly EncodedExtension[];
};

/** What differs from a chain of root, one intermediate and a TLS server's certificate that is right in every way. */
export interface ChainChange {
  readonly root?: Change;
  readonly middle?: Change;
  readonly leaf?: Change;
  readonly rootCrl?: Partial<CrlPlan>;
  readonly middleCrl?: Partial<CrlPlan>;
  readonly question?: (made: MadeChain) => Partial<ChainQuestion>;
}
export interface MadeChain {
  readonly root: MadeCertificate;
  readonly middle: MadeCertificate;
  readonly leaf: MadeCertificate;
  readonly crls: readonly Uint8Array[];
}
export const serverExtensions = (): EncodedExtension[] => [
  endEntity(),
  keyUsage(0),
  extKeyUsage([oid.serverAuth]),
  dNSNames('dc1.corp.test'),
];

function changed(plan: CertificatePlan, { more = [], ...change }: Change = {}): MadeCertificate {
  const whole = { ...plan, ...change };
  return makeCertificate({ ...whole, extensions: [...whole.extensions, ...more] });
}
export function makeChain(change: ChainChange = {}): MadeChain & { readonly asked: ChainQuestion } {
  const root = changed({ subject: 'root', key: keys.root, extensions: caExtensions() }, change.root);
  const middle = changed(
    { subject: 'middle', key: keys.middle, issuer: root, serialNumber: 2, extensions: caExtensions() },
    change.middle,
  );
  const leaf = changed(
    { subject: 'leaf', key: keys.leaf, issuer: middle, serialNumber: 3, extensions: serverExtensions() },
    change.leaf,
  );
  const crls = [makeCrl({ issuer: root, ...change.rootCrl }), makeCrl({ issuer: middle, ...change.middleCrl })];
  const chain = { root, middle, leaf, crls };
  const asked: ChainQuestion = {
    certificates: [leaf.der, middle.der],
    anchors: [root.der],
    crls,
    time: now,
    purpose: 'tls-server',
    revocation: 'off',
    ...change.question?.(chain),
  };
  return { ...chain, asked };
}
/** How a question asks for revocation, and with which CRLs if not with both issuers'. */
export const revocation = (mode: 'require' | 'if-given' | 'off', crls?: readonly Uint8Array[]) => ({
  question: () => ({ revocation: mode, ...(crls ? { crls } : {}) }),
});
