import { converse } from '../../net/converse.ts';
import { RdpTransport } from '../../net/rdp-transport.ts';
import { type NegotiationOutcome, negotiate } from '../../rdp/negotiate.ts';
import { securityProtocol } from '../../rdp/negotiation-code.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';

/** Where a host is asked, and how long each answer may take, milliseconds. */
export interface Where {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly patience: number;
}
const { ssl, hybrid, hybridEx } = securityProtocol;
/** What is offered, each on a connection of its own: a host answers with one of them or with none. */
const offers = [
  { name: 'standard RDP security', protocols: securityProtocol.rdp },
  { name: 'TLS', protocols: ssl },
  { name: 'CredSSP', protocols: ssl | hybrid },
  { name: 'CredSSP with early authorization', protocols: ssl | hybrid | hybridEx },
] as const;
export interface Answered {
  readonly offer: string;
  readonly accepted: boolean;
  readonly says: string;
  readonly flags?: number | undefined;
  readonly certificate?: Uint8Array | undefined;
}
const protocolNames: Readonly<Record<number, string>> = {
  [ssl]: 'TLS',
  [hybrid]: 'CredSSP',
  [hybridEx]: 'CredSSP with early authorization',
};

/** A connection on which nothing is trusted, so nothing secret is sent. */
export const connected = ({ host, port, patience }: Where) =>
  RdpTransport.connect({ host, port, patience, trust: { kind: 'unproven' }, clock });

function saidOf(outcome: NegotiationOutcome, offered: number): Pick<Answered, 'accepted' | 'says'> {
  if (outcome.kind === 'selected') {
    const chosen = protocolNames[outcome.protocol] ?? `protocol ${outcome.protocol}`;
    return { accepted: offered === ssl || outcome.protocol !== ssl, says: `selects ${chosen}` };
  }
  if (outcome.kind === 'refused') return { accepted: false, says: `${outcome.name}: ${outcome.sentence}` };
  return { accepted: offered === securityProtocol.rdp, says: 'selects standard RDP security' };
}
async function ask(where: Where, { name: offer, protocols }: (typeof offers)[number]): Promise<Answered> {
  const transport = await connected(where);
  try {
    const outcome = await converse(negotiate({ negotiation: { flags: 0, protocols } }), transport.answers);
    const selected = outcome.kind === 'selected' ? outcome : undefined;
    return { offer, ...saidOf(outcome, protocols), flags: selected?.flags, certificate: selected?.certificate };
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return { offer, accepted: false, says: e.message, certificate: transport.certificate };
  } finally {
    transport.close();
  }
}

/** One after the other: some hosts take several new connections of one client for an attack. */
export async function answersOf(where: Where): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const offer of offers) answered.push(await ask(where, offer));
  return answered;
}
export function nlaOf(answered: readonly Answered[]): 'required' | 'offered' | 'none' {
  const [, tls, credssp, early] = answered;
  if (!credssp?.accepted && !early?.accepted) return 'none';
  return tls?.accepted ? 'offered' : 'required';
}
