import { type CredentialForm, credentialForms, providers } from '../../src/credssp/credential-form.ts';
import type { AsFacts } from '../../src/kerberos/as-exchange.ts';
import type { RdpConnection } from '../../src/net/rdp-connect.ts';
import type { NotConnected } from '../../src/rdp/connection-sequence.ts';
import { READER_NAME } from '../../src/rdpdr/smart-card-reader.ts';
import type { CardHolder } from './attached-card.ts';
import { assert } from './clients/expected.ts';
import { CredSspHost, type CredSspHostSettings, type Decoded } from './credssp-host.ts';
import type { Domain } from './domain.ts';
import type { Identity } from './enterprise-ca.ts';
import type { Kdc } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import { type CardInHand, connectByNla, type NlaAttempt } from './nla-logon.ts';
import { logonBehind, windowsBehind } from './nla-session.ts';
import { HOST, type TerminalServices } from './terminal-services.ts';

/** By encryption type: octets that a sealed token is turned by, header and checksum ([MS-KILE] 3.4.5.4.1). */
const turnedBy: Readonly<Record<number, number>> = { 17: 28, 18: 28, 19: 32, 20: 40 };
export const encryptionNames: Readonly<Record<number, string>> = {
  17: 'aes128-cts-hmac-sha1-96',
  18: 'aes256-cts-hmac-sha1-96',
  19: 'aes128-cts-hmac-sha256-128',
  20: 'aes256-cts-hmac-sha384-192',
};

const [usual] = credentialForms('rsa');

/** Everything that the steps share. */
export interface Stage {
  readonly lab: LabRun;
  readonly domain: Domain;
  readonly services: TerminalServices;
  readonly alice: CardHolder;
  readonly identity: Identity;
  readonly mint: () => Promise<CardInHand>;
}
export interface Arm {
  readonly name: string;
  readonly kdc: Kdc;
  readonly keytab: string;
  readonly host?: string;
  readonly settings?: Partial<CredSspHostSettings>;
  readonly attempt?: Partial<NlaAttempt>;
}
export interface Met {
  readonly outcome: RdpConnection | NotConnected;
  readonly told: Decoded | { readonly fault: string };
  readonly hand: CardInHand;
  /** The first ticket's. */
  readonly facts: AsFacts | undefined;
  readonly ms: number;
}
let hosts = 0;
/** One host of Python's, with a Windows host behind it, and what `meet` does at them. */
export async function withHost<T>(
  { lab, identity }: Stage,
  { kdc, keytab, settings }: Arm,
  meet: (at: CredSspHost) => Promise<T>,
): Promise<T> {
  hosts += 1;
  const early = settings?.habits?.early ?? true;
  const { host: windows } = await windowsBehind(early);
  const name = `credssp-${hosts}`;
  const configuration = kdc.clientConfiguration;
  const shared = { name, address: `127.0.1.${60 + hosts}`, keytab, identity, configuration, behind: windows.port };
  const host = await CredSspHost.start(lab, { ...shared, ...settings });
  try {
    return await meet(host);
  } finally {
    await host.stop();
    await windows.end();
  }
}
export async function connected({ domain, services, mint, alice }: Stage, arm: Arm, at: CredSspHost): Promise<Met> {
  const { kdc, host = HOST, attempt } = arm;
  const { mit, samba, enterprise } = domain;
  const hand = await mint();
  let facts: AsFacts | undefined;
  const began = performance.now();
  const outcome = await connectByNla(hand, {
    account: alice.account,
    kdc,
    kdcs: Object.fromEntries([mit, samba, services.far].map(({ realm, address }) => [realm, address])),
    anchor: enterprise.certificate,
    ...{ host, address: at.address },
    onTicket: (got) => {
      facts = got;
    },
    ...attempt,
  });
  const ms = performance.now() - began;
  return { outcome, told: await at.told(), hand, facts, ms };
}
/** What Python decoded is what the card and its profile are. */
export function assertSame(told: Met['told'], { card, pin }: CardInHand, kdc: Kdc, form: CredentialForm): Decoded {
  if ('fault' in told) throw new Error(`the host says: ${told.fault}`);
  const { keySpec, providerName } = providers[form.provider];
  const containerName = form.container === 'derived' ? card.containerName : null;
  const expected = { type: 2, pin, keySpec, cardName: null, readerName: READER_NAME, containerName, cspName: providerName };
  const given = JSON.stringify({ ...expected, userHint: null, domainHint: null });
  assert(JSON.stringify(told.credentials) === given, `decoded: ${JSON.stringify({ ...told.credentials, pin: '(withheld)' })}`);
  assert(told.client === `alice@${kdc.realm}`, `the ticket is of ${told.client}`);
  assert(told.sealed && told.version === 6, `version ${told.version}`);
  assert(told.records.length === 3 && told.records.every(Boolean), 'a TSRequest came in several TLS records');
  const [first, second] = told.tokens;
  assert(second.number === first.number + 1, `sequence ${first.number}, ${second.number}`);
  return told;
}
/** A whole session: NLA, then the logon of the Windows host behind it, the key gone at its end. */
export async function session(stage: Stage, arm: Arm): Promise<string> {
  return withHost(stage, arm, async (at) => {
    const { outcome, told, hand, facts, ms } = await connected(stage, arm, at);
    if (!('transport' in outcome)) throw new Error(`${outcome.place ?? outcome.stage}: ${outcome.sentence}`);
    const { tokens } = assertSame(told, hand, arm.kdc, arm.attempt?.form ?? usual);
    const etype = Number(arm.attempt?.profile?.encryptionTypes?.[0] ?? facts?.etype);
    assert(tokens[0].rrc === turnedBy[etype], `turned by ${tokens[0].rrc} under type ${etype}`);
    const logon = await logonBehind(outcome, hand);
    return `${encryptionNames[etype]}, turned by ${tokens[0].rrc}; active after ${ms.toFixed(0)} ms with ${facts?.signatures} signature; ${logon}`;
  });
}
