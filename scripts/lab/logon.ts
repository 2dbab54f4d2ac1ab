import { createPrivateKey, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AsOutcome, asExchange } from '../../src/kerberos/as-exchange.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import { nameType, type PrincipalName, terminalService } from '../../src/kerberos/principal-name.ts';
import { type RealmProfile, realmProfile } from '../../src/kerberos/realm-profile.ts';
import { type TgsOutcome, tgsExchange } from '../../src/kerberos/tgs-exchange.ts';
import { type Answers, converse } from '../../src/net/converse.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import type { AskOf, DigestName } from '../../src/wire/conversation.ts';
import type { Identity } from './enterprise-ca.ts';

type ProfileSettings = Partial<Omit<RealmProfile, 'realm'>>;

/** One logon by Mayfly's own conversation, in this process. */
export interface Logon {
  readonly client: PrincipalName;
  readonly realm: string;
  /** PEM; the CA of the KDCs. */
  readonly anchor: string;
  /** Where every realm's KDC is. */
  readonly kdc: { readonly host: string; readonly port?: number };
  /** Those that are asked where that one does not answer. */
  readonly otherKdcs?: readonly { readonly host: string }[];
  /** DER. */
  readonly certificate: Uint8Array;
  readonly sign: (question: AskOf<'sign'>) => Promise<Uint8Array>;
  readonly profile?: ProfileSettings;
  /** Seconds that our clock is ahead. */
  readonly ahead?: number;
}

export const accountName = (account: string): PrincipalName => ({ nameType: nameType.principal, nameString: [account] });

const nodeDigest: Readonly<Record<DigestName, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
export const derOf = (file: string) => new Uint8Array(new X509Certificate(readFileSync(file)).raw);

/** Files instead of a card: the certificate may be one that no CA of Mayfly would issue. */
export function softwareCard({ certificate, key }: Identity): Pick<Logon, 'certificate' | 'sign'> {
  const privateKey = createPrivateKey(readFileSync(key));
  return {
    certificate: derOf(certificate),
    sign: async ({ bytes, digest }) => new Uint8Array(sign(nodeDigest[digest], bytes, privateKey)),
  };
}

function answersFor({ kdc, otherKdcs = [], anchor, sign: signed, ahead = 0 }: Logon): Answers {
  const all: readonly Logon['kdc'][] = [kdc, ...otherKdcs];
  return kerberosAnswers({
    kdcs: new KdcClient({ kdcsOf: async () => all.map(({ host, port = 88 }) => ({ kind: 'tcp', host, port })) }),
    trust: () => ({ anchors: [derOf(anchor)], crls: [], revocation: 'if-given' }),
    random: (length) => new Uint8Array(randomBytes(length)),
    clock: () => (Date.now() + ahead * 1000) * 1000,
    sign: signed,
  });
}

export function logOn(logon: Logon): Promise<AsOutcome> {
  const { client, realm, certificate, profile = {} } = logon;
  const question = { client, realm, certificates: [certificate], lifetime: 900 };
  return converse(asExchange({ ...question, profile: (asked) => realmProfile(asked, profile) }), answersFor(logon));
}

/** The ticket of the RDP service of a host. */
export function terminalTicket(logon: Logon, ticket: Credential, host: string): Promise<TgsOutcome> {
  const profile = (asked: string) => realmProfile(asked, logon.profile);
  return converse(tgsExchange({ ticket, service: terminalService(host), lifetime: 900, profile }), answersFor(logon));
}
