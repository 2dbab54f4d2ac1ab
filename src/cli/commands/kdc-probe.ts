import { Custody } from '../../custody/custody.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { explainRefusal, refusalSentence } from '../../kerberos/refusal.ts';
import { addressText, type KdcAddress } from '../../net/kdc-address.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { MINUTE } from '../../pki/bounds.ts';
import type { ChainVerdict } from '../../wire/conversation.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { describeFailure } from '../failure.ts';
import {
  type AskedLogon,
  type CardLogon,
  type CardLogonEvents,
  type CardSource,
  cardSource,
  clientName,
  type LogonOptions,
  logOnWithCard,
} from './card-logon.ts';
import { certificateLine, type ProbedCertificate, probedCertificate } from './kdc-probe-certificate.ts';
import { type RealmOptions, type Realms, realmsFor } from './realms.ts';
import { factsOf } from './ticket.ts';

interface ProbeOptions extends LogonOptions, RealmOptions {
  readonly everyDc?: boolean;
}
/** What one KDC, or the realm as a whole, made of the card. */
export interface Probed {
  readonly kdc: string;
  readonly ok: boolean;
  readonly ms: number;
  /** One clause; and what to do about it. */
  readonly cause?: string;
  readonly fix?: string | undefined;
  readonly refusal?: ReturnType<typeof explainRefusal>;
  readonly error?: string;
  readonly facts?: ReturnType<typeof factsOf>;
  /** Undefined: the KDC refused before it showed one. */
  readonly certificate?: ProbedCertificate | undefined;
}
/** However the card comes about. */
export type LogOn = (
  realms: Realms,
  kdcs: KdcClient,
  asked: AskedLogon,
  events: CardLogonEvents,
) => Promise<Pick<CardLogon, 'outcome' | 'took'>>;
const TICKET_LIFETIME = 15 * MINUTE;

const rounded = (ms: number) => Math.round(ms * 10) / 10;

/** @param host the name by which the KDC's certificate may go besides the realm's own */
async function probe(
  { kdc, host }: { readonly kdc: string; readonly host?: string | undefined },
  logOn: LogOn,
  realms: Realms,
  kdcs: KdcClient,
  options: Pick<LogonOptions, 'account' | 'upn'>,
): Promise<Probed> {
  const began = performance.now();
  let certificateOf: (host: string | undefined) => ProbedCertificate | undefined = () => undefined;
  const kdcShown = (der: Uint8Array, verdict: ChainVerdict, realm: string) => {
    certificateOf = (answered) => probedCertificate(der, verdict, realms.profile(realm), answered);
  };
  try {
    const asked = { client: clientName(options), lifetime: TICKET_LIFETIME };
    const { outcome, took } = await logOn(realms, kdcs, asked, { kdcShown });
    const facts = factsOf(outcome.facts);
    const certificate = certificateOf(outcome.facts.host);
    const ms = rounded(took);
    if (outcome.ok) {
      // Nobody asked for the ticket itself.
      outcome.credential.key.value.fill(0);
      return { kdc, ok: true, ms, facts, certificate };
    }
    const refusal = explainRefusal(outcome.error);
    return { kdc, ok: false, ms, cause: refusalSentence(refusal), fix: refusal.fix, refusal, facts, certificate };
  } catch (e) {
    if (!(e instanceof MayflyError && e.code.startsWith('kdc-'))) throw e;
    const { code, message, next } = describeFailure(e);
    return {
      kdc,
      ok: false,
      ms: rounded(performance.now() - began),
      cause: message,
      fix: next,
      error: code,
      certificate: certificateOf(host),
    };
  }
}
const clientOf = (kdcsOf: Realms['kdcsOf'], { proxyCa }: Realms) => new KdcClient({ kdcsOf, proxyCa });
const hostOf = (address: KdcAddress) => (address.kind === 'tcp' ? address.host : undefined);

/** Each KDC by itself. */
export function probeEach(
  logOn: LogOn,
  realms: Realms,
  options: Pick<LogonOptions, 'account' | 'upn'>,
  kdcs: readonly KdcAddress[],
): Promise<Probed[]> {
  const one = (address: KdcAddress) =>
    probe(
      { kdc: addressText(address), host: hostOf(address) },
      logOn,
      realms,
      clientOf(async () => [address], realms),
      options,
    );
  return Promise.all(kdcs.map(one));
}
/** By a card of its own at each. */
export const withCards =
  (source: CardSource): LogOn =>
  (realms, kdcs, asked, events) =>
    logOnWithCard(source, realms, kdcs, asked, events);
export function probeLines(realm: string, probed: readonly Probed[]): string[] {
  return probed.flatMap(({ kdc, ok, ms, facts, cause, fix, certificate }) => {
    const by = facts && [facts.group, facts.digest, facts.encryptionType, facts.kdf && `KDF ${facts.kdf}`].filter(Boolean);
    return [
      ok
        ? `ok    ${kdc}: lets the account in (${ms} ms; ${by?.join(', ')})`
        : `FAIL  ${kdc}: ${cause ?? `no ticket in realm ${realm}`}`,
      ...(fix === undefined ? [] : [`      next: ${fix}`]),
      ...(certificate ? [`      ${certificateLine(certificate)}`] : []),
    ];
  });
}
/** `mayfly kdc probe REALM`: would these KDCs let the account in with a card of this CA, and if not, why. */
export async function kdcProbe(options: ProbeOptions): Promise<number> {
  restartHardened();
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  const { chosen, source } = await cardSource(options, custody);
  try {
    const realms = await realmsFor(chosen.config, options.args[0] ?? '', options);
    const { realm } = realms;
    const logOn = withCards(source);
    const probed = options.everyDc
      ? await probeEach(logOn, realms, options, await realms.kdcsOf(realm))
      : [await probe({ kdc: realm }, logOn, realms, clientOf(realms.kdcsOf, realms), options)];
    const ok = probed.every((each) => each.ok);
    process.stdout.write(
      options.json ? `${JSON.stringify({ ok, realm, kdcs: probed })}\n` : `${probeLines(realm, probed).join('\n')}\n`,
    );
    return ok ? 0 : 1;
  } finally {
    source.client.close();
    await custody.close();
  }
}
