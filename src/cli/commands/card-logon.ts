import { randomFillSync } from 'node:crypto';
import type { CaClient } from '../../ca/ca-client.ts';
import { certificatesOf } from '../../ca/pem.ts';
import { secretRoom } from '../../crypto/secret-octets.ts';
import type { CardKeyKind } from '../../custody/card-key.ts';
import type { Custody } from '../../custody/custody.ts';
import { type DestructionCause, LiveCard } from '../../custody/live-card.ts';
import { type AsOutcome, asExchange } from '../../kerberos/as-exchange.ts';
import { nameType, type PrincipalName } from '../../kerberos/principal-name.ts';
import type { Answers } from '../../net/converse.ts';
import { converse } from '../../net/converse.ts';
import type { KdcClient } from '../../net/kdc-client.ts';
import { type KerberosPorts, kerberosAnswers } from '../../net/kerberos-answers.ts';
import { signWithCard } from '../../piv/card-signature.ts';
import { MINUTE } from '../../pki/bounds.ts';
import type { ChainVerdict } from '../../wire/conversation.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readPathCertificate } from '../../x509/path-certificate.ts';
import { instantClock } from '../clock.ts';
import { readGiven } from './ca-install.ts';
import { type CaOptions, type ChosenCa, existingCa } from './chosen-ca.ts';
import { type Holder, labClient, mint } from './mint-card.ts';
import type { Realms } from './realms.ts';

export interface LogonOptions extends CaOptions {
  readonly upn: string;
  readonly sid: string;
  readonly account?: string;
  readonly key: CardKeyKind;
}
/** From a lab CA: others issue for sessions only. */
export interface CardSource {
  readonly custody: Custody;
  readonly client: CaClient;
  readonly kind: CardKeyKind;
  readonly holder: Holder;
  readonly intermediates: readonly Uint8Array[];
}
export async function cardSource(options: LogonOptions, custody: Custody): Promise<{ chosen: ChosenCa; source: CardSource }> {
  const chosen = await existingCa(options);
  const client = await labClient(chosen.socket);
  const { upn: userPrincipalName, sid, key: kind } = options;
  const account = options.account ?? userPrincipalName.split('@', 1)[0] ?? '';
  const intermediates = await intermediatesOf(chosen);
  return { chosen, source: { custody, client, kind, holder: { userPrincipalName, sid, account }, intermediates } };
}
/** The issuing CA and those above it, up to but without the root (RFC 4556 3.2.1). */
export async function intermediatesOf({ folder }: Pick<ChosenCa, 'folder'>): Promise<Uint8Array[]> {
  const chain = await readGiven(folder.chainFile).then(certificatesOf, () => []);
  const above = [...certificatesOf(await readGiven(folder.certificateFile)), ...chain];
  return above.filter((der) => {
    const { subject, issuer } = readPathCertificate(der);
    return Buffer.compare(subject, issuer) !== 0;
  });
}
/** A name that the directory told of is asked for as it is; otherwise the KDC finds the account by its UPN. */
export const clientName = ({ account, upn }: Pick<LogonOptions, 'account' | 'upn'>): PrincipalName =>
  account === undefined
    ? { nameType: nameType.enterprise, nameString: [upn] }
    : { nameType: nameType.principal, nameString: [account] };

export interface CardLogon {
  readonly outcome: AsOutcome;
  readonly answers: Answers;
  /** From the start of the exchange to its end, without the minting; milliseconds. */
  readonly took: number;
}
export interface CardLogonEvents {
  /** The key is gone, after so many milliseconds. */
  readonly destroyed?: (ms: number) => void;
  /** A KDC has shown its certificate, and this is what its chain is worth. */
  readonly kdcShown?: (certificate: Uint8Array, verdict: ChainVerdict, realm: string) => void;
}
/** Tells of KDC certificates as they are verified; the answers stay the same. */
function watched(answers: Answers, { kdcShown }: CardLogonEvents): Answers {
  const verify = answers['verify-chain'];
  if (!verify || !kdcShown) return answers;
  return {
    ...answers,
    async 'verify-chain'(question) {
      const verdict = await verify(question);
      const [certificate] = question.certificates;
      if (certificate && question.realm !== undefined) kdcShown(certificate, verdict, question.realm);
      return verdict;
    },
  };
}
const CARD_LIFETIME = 5 * MINUTE;
/** Private operations for skew, digest, group, freshness, other KDCs and realms; no more. */
const OPERATIONS = 12;

/** What signs for a logon, with the certificate and those above it. */
export interface LogonSigner {
  readonly certificates: readonly Uint8Array[];
  readonly sign: KerberosPorts['sign'];
}
export interface AskedLogon {
  readonly client: PrincipalName;
  readonly lifetime: number;
}
export const randomOctets = (length: number): Uint8Array => randomFillSync(secretRoom(length));
/** A ticket-granting ticket, by whatever signs. */
export async function logOnBy(
  { certificates, sign }: LogonSigner,
  realms: Realms,
  kdcs: KdcClient,
  asked: AskedLogon,
  events: CardLogonEvents = {},
): Promise<CardLogon> {
  const answers = kerberosAnswers({ kdcs, trust: realms.trust, random: randomOctets, clock: instantClock, sign });
  const began = performance.now();
  const question = { ...asked, realm: realms.realm, certificates, profile: realms.profile };
  const outcome = await converse(asExchange(question), watched(answers, events));
  return { outcome, answers, took: performance.now() - began };
}
/** Mints a card, gets a ticket-granting ticket with it, destroys the key: before anything is done with the ticket. */
export async function logOnWithCard(
  source: CardSource,
  realms: Realms,
  kdcs: KdcClient,
  asked: AskedLogon,
  events: CardLogonEvents = {},
): Promise<CardLogon> {
  const { key, certificate, notAfter } = await mint(source.custody, source.client, source.kind, source.holder, CARD_LIFETIME);
  const card = new LiveCard({ key, certificate, notAfter, operations: OPERATIONS, destroyed: (_, ms) => events.destroyed?.(ms) });
  const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm: key.kind };
  const sign: LogonSigner['sign'] = ({ bytes, digest }) => signWithCard(hand, bytes, digest);
  let cause: DestructionCause = 'released';
  try {
    const logon = await logOnBy({ certificates: [certificate, ...source.intermediates], sign }, realms, kdcs, asked, events);
    if (logon.outcome.ok) cause = 'authenticated';
    return logon;
  } finally {
    await card.destroy(cause);
  }
}
/** The part of a UPN that the realm is guessed from. */
export function suffixOf(upn: string): string {
  const [, suffix] = /^[^@]+@([^@]+)$/.exec(upn) ?? [];
  if (suffix) return suffix.toUpperCase();
  throw new MayflyError('upn', `"${upn}" is not a user principal name`, { next: 'write it as user@suffix' });
}
