import {
  type Connected,
  type ConnectionPlan,
  connectionSequence,
  type Entered,
  type EntrancePlan,
  enter,
  type NotConnected,
} from '../rdp/connection-sequence.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import type { Conversation } from '../wire/conversation.ts';
import { type Answers, converse } from './converse.ts';
import { RdpTransport, type RdpTransportSettings, unproven } from './rdp-transport.ts';

export interface RdpConnection {
  readonly outcome: Connected;
  readonly transport: RdpTransport;
}
/** Where a redirection leads: how that host is reached and proven, and what to say to it. */
export interface NextHost<Plan extends EntrancePlan = ConnectionPlan> {
  readonly settings: RdpTransportSettings;
  readonly plan: Plan;
  /** What the plan asks besides what a transport answers: for Network Level Authentication those of Kerberos. */
  readonly answers?: Answers | undefined;
}
/** A connection broker names a host once; who is sent on for ever is in a loop. */
const MOST_REDIRECTIONS = 3;

/**
 * Connects to a host, and where it sends us on, to that one: a second connection with TLS, authentication and card of its own. One that
 * neither its certificate nor Kerberos is to prove is not called.
 * @param follow decides where a redirection leads; `undefined` when the host it names is none that may be dialled
 * @returns the session, or why there is none; the connection of one that is not active is closed
 * @throws MayflyError `rdp-…`, DecodeError
 */
export async function connectRdp(
  first: NextHost,
  follow: (target: RedirectionTarget) => NextHost | undefined | Promise<NextHost | undefined>,
): Promise<RdpConnection | NotConnected> {
  let next = first;
  for (let redirections = 0; ; redirections++) {
    const ended = await attempt(next);
    if ('transport' in ended) return ended;
    if (!ended.target) return ended;
    if (redirections === MOST_REDIRECTIONS)
      return { ...ended, sentence: `the hosts sent the session on more than ${MOST_REDIRECTIONS} times` };
    const onward = await follow(ended.target);
    if (!onward)
      return {
        ...ended,
        sentence: 'the host sends the session to a host that is not known',
        fix: 'add that host to the targets',
      };
    next = onward;
  }
}
const attempt = (next: NextHost) => held(next, (plan) => connectionSequence(plan));

/** A host that waits for whoever speaks next. */
export interface EnteredConnection {
  readonly outcome: Entered;
  readonly transport: RdpTransport;
}
/** The same up to the Client Info; where the host sends the session on, it does so afterwards. @throws as `connectRdp` */
export const enterRdp = (host: NextHost<EntrancePlan>): Promise<EnteredConnection | NotConnected> =>
  held(host, (plan) => enter(plan));

async function held<P extends EntrancePlan, T extends { readonly kind: 'active' | 'entered' }>(
  { settings, plan, answers }: NextHost<P>,
  sequence: (plan: P) => Conversation<T | NotConnected>,
): Promise<{ readonly outcome: T; readonly transport: RdpTransport } | NotConnected> {
  // A plan that authenticates goes no further than that with a host that Kerberos does not prove.
  if (settings.trust.kind === 'unproven' && !plan.authenticate) throw unproven();
  const transport = await RdpTransport.connect(settings);
  try {
    const outcome = await converse(sequence(plan), { ...transport.answers, ...answers });
    if (outcome.kind !== 'ended') return { outcome, transport };
    transport.close();
    return outcome;
  } catch (e) {
    transport.close();
    throw e;
  }
}
/** A routing token as the line that X.224 can carry; hosts write its end along. */
export function routingLine(octets: Uint8Array | undefined): string | undefined {
  const line = octets && Buffer.from(octets).toString('latin1').replace(/\r\n$/, '');
  return line !== undefined && /^(?!Cookie:)[\x20-\x7e]{1,240}$/.test(line) ? line : undefined;
}
/** The offer of a redirected client: the broker's token leads it to its session ([MS-RDPBCGR] 2.2.13.1, 3.2.5.3.1). */
export function redirectedPlan(plan: ConnectionPlan, { routingToken }: RedirectionTarget): ConnectionPlan {
  const line = routingLine(routingToken);
  return line === undefined ? plan : { ...plan, offer: { ...plan.offer, routingToken: line } };
}
