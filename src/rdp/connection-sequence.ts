import { heedingLateError } from '../credssp/late-error.ts';
import type { NlaPlace, NlaRefusal } from '../credssp/nla-refusal.ts';
import type { Conversation } from '../wire/conversation.ts';
import { type ActiveSession, activate } from './activate.ts';
import type { Settings } from './agreed-settings.ts';
import { AwaitedEvents, type PhaseFailure } from './awaited-events.ts';
import type { CapabilitySet } from './capability-sets.ts';
import type { InfoPacket } from './client-info.ts';
import type { DemandActive } from './demand-active.ts';
import { join } from './join.ts';
import { license } from './license-phase.ts';
import type { ConnectInitial } from './mcs-connect.ts';
import { type NegotiationOffer, type NegotiationOutcome, negotiate } from './negotiate.ts';
import { securityProtocol } from './negotiation-code.ts';
import { sendClientInfo } from './send-client-info.ts';
import type { RedirectionTarget } from './server-redirection.ts';
import type { SessionEvent } from './session-event.ts';
import type { SessionIds } from './session-ids.ts';
import { SessionReader } from './session-reader.ts';
import { settings } from './settings.ts';

export type Selected = Extract<NegotiationOutcome, { readonly kind: 'selected' }>;
/** Everything that a client says until it has said who wants in. */
export interface EntrancePlan {
  readonly offer: NegotiationOffer;
  /**
   * Network Level Authentication: without a refusal the host is proven and has the credentials. Where it is given, a host that selects
   * less is refused.
   */
  readonly authenticate?: ((selected: Selected) => Conversation<NlaRefusal | undefined>) | undefined;
  readonly settings: (selected: Selected) => ConnectInitial;
  /** Its password is wiped when it has been sent. */
  readonly clientInfo: () => InfoPacket;
  /** Told before each stage begins. */
  readonly onStage?: (stage: Stage, selected?: Selected) => void;
}
/** Everything that a client says on its way to an active session. */
export interface ConnectionPlan extends EntrancePlan {
  readonly capabilities: (demand: DemandActive) => readonly CapabilitySet[];
}
/** The phases of [MS-RDPBCGR] 1.3.1.1, in order. */
export const stages = [
  'negotiation',
  'authentication',
  'settings',
  'channels',
  'client-info',
  'licensing',
  'activation',
  'active',
] as const;
export type Stage = (typeof stages)[number];

export interface Connected {
  readonly kind: 'active';
  readonly selected: Selected;
  readonly agreed: Settings;
  readonly ids: SessionIds;
  readonly session: ActiveSession;
  /** What came on the way: channel data, who is logged on. */
  readonly events: readonly SessionEvent[];
  readonly reader: SessionReader;
}
/** The host said no, or sent us elsewhere; one clause, and what to do about it where that is known. */
export interface NotConnected {
  readonly kind: 'ended';
  readonly stage: Stage;
  readonly name: string;
  readonly sentence: string;
  readonly fix?: string | undefined;
  readonly target?: RedirectionTarget;
  /** Where Network Level Authentication failed, and what was thrown where something was. */
  readonly place?: NlaPlace;
  readonly cause?: unknown;
}
const ended = (
  stage: Stage,
  { name, sentence, fix }: { name: string; sentence: string; fix?: string | undefined },
): NotConnected => ({
  kind: 'ended',
  stage,
  name,
  sentence,
  fix,
});
const notAuthenticated = (refused: NlaRefusal): NotConnected => {
  const { place, cause } = refused;
  return { ...ended('authentication', refused), place, ...(cause === undefined ? {} : { cause }) };
};
function endedBy(stage: Stage, failure: PhaseFailure): NotConnected {
  if (failure.kind === 'refused') return ended(stage, failure.refusal);
  const { target } = failure.event;
  return { ...ended(stage, { name: 'redirected', sentence: 'the host sends the session to another one' }), target };
}
const withoutNla = {
  name: 'NLA_DOWNGRADED',
  sentence: 'the host does without Network Level Authentication, which is required of it',
  fix: 'require it on the host (UserAuthentication = 1), or say `security: tls` in its profile and pin its certificate',
};
export const isHybrid = (protocol: number) => protocol === securityProtocol.hybrid || protocol === securityProtocol.hybridEx;
const needsAuthentication = {
  name: 'NLA_REQUIRED',
  sentence: 'the host wants Network Level Authentication, and nothing was given to do it with',
  fix: 'log on with a card, or offer TLS alone where the host allows it',
};

/** As far as the client's word on who wants in; what follows is the host's to say. */
export interface Entered {
  readonly kind: 'entered';
  readonly selected: Selected;
  readonly agreed: Settings;
  readonly ids: SessionIds;
}
/**
 * The connection sequence of a client up to its Client Info: for whoever has another end of the session speak from there on.
 * @throws MayflyError `rdp-…` and DecodeError where the host does not keep to the protocol
 */
export function* enter(plan: EntrancePlan): Conversation<Entered | NotConnected> {
  const { onStage = () => undefined } = plan;
  onStage('negotiation');
  const selected = yield* negotiate(plan.offer);
  if (selected.kind === 'refused') return ended('negotiation', selected);
  if (selected.kind !== 'selected') return ended('negotiation', { name: 'STANDARD_SECURITY_ONLY', ...selected });
  if (isHybrid(selected.protocol)) {
    onStage('authentication', selected);
    if (!plan.authenticate) return ended('authentication', needsAuthentication);
    const refused = yield* plan.authenticate(selected);
    if (refused) return notAuthenticated(refused);
  } else if (plan.authenticate) return ended('negotiation', withoutNla);
  onStage('settings', selected);
  const talk = settings(plan.settings(selected), plan.offer.negotiation.protocols);
  const agreed = yield* selected.protocol === securityProtocol.hybrid ? heedingLateError(talk) : talk;
  if ('place' in agreed) return notAuthenticated(agreed);
  if (agreed.kind !== 'agreed') return ended('settings', agreed);

  onStage('channels', selected);
  const { ioChannelId, messageChannelId, skipChannelJoin } = agreed;
  const others = agreed.channels.flatMap(({ channelId }) => channelId ?? []);
  const channels = [ioChannelId, ...(messageChannelId === undefined ? [] : [messageChannelId]), ...others];
  const joined = yield* join({ channels, skipChannelJoin });
  if (joined.kind !== 'joined') return ended('channels', joined);

  onStage('client-info', selected);
  const ids: SessionIds = { userId: joined.userId, ioChannelId, messageChannelId };
  const info = plan.clientInfo();
  try {
    yield* sendClientInfo(ids, info);
  } finally {
    info.password.fill(0);
  }
  return { kind: 'entered', selected, agreed, ids };
}
/**
 * The whole connection sequence of a client, made of its phases: from the X.224 request to the font map.
 * @throws MayflyError `rdp-…` and DecodeError where the host does not keep to the protocol
 */
export function* connectionSequence(plan: ConnectionPlan): Conversation<Connected | NotConnected> {
  const { onStage = () => undefined } = plan;
  const entered = yield* enter(plan);
  if (entered.kind !== 'entered') return entered;
  const { selected, agreed, ids } = entered;
  onStage('licensing', selected);
  const reader = new SessionReader(ids);
  const events = new AwaitedEvents(reader);
  const licensed = yield* license(events);
  if (licensed.kind === 'exchange') return ended('licensing', { name: 'LICENSE_EXCHANGE', sentence: licensed.sentence });
  if (licensed.kind !== 'licensed') return endedBy('licensing', licensed);

  onStage('activation', selected);
  const active = yield* activate(events, plan.capabilities);
  if (active.kind !== 'active') return endedBy('activation', active);
  onStage('active', selected);
  return { kind: 'active', selected, agreed, ids, session: active.session, events: active.events, reader };
}
