import { type CredentialForm, providers } from '../credssp/credential-form.ts';
import { type NlaQuestion, networkLevelAuthentication } from '../credssp/network-level-authentication.ts';
import { FIRST_WITH_NONCE } from '../credssp/public-key-binding.ts';
import { smartCardCredentials } from '../credssp/ts-credentials.ts';
import { FIRST_VERSION } from '../credssp/ts-request-channel.ts';
import type { LiveCard } from '../custody/live-card.ts';
import type { EntrancePlan } from '../rdp/connection-sequence.ts';
import { securityProtocol } from '../rdp/negotiation-code.ts';
import { READER_NAME } from '../rdpdr/smart-card-reader.ts';
import type { HostTrust } from './rdp-transport.ts';

/** TLS alone is among them for hosts to be told apart that have no more: a plan that authenticates refuses it. */
const protocols = securityProtocol.ssl | securityProtocol.hybrid | securityProtocol.hybridEx;

export interface NlaSettings extends Pick<NlaQuestion, 'logon' | 'host' | 'hostRealm' | 'leastVersion' | 'onTicket'> {
  /** The card that is redirected afterwards. */
  readonly card: Pick<LiveCard, 'pin' | 'containerName' | 'reset'>;
  readonly form: CredentialForm;
  /** Where certificates are mapped with a hint. */
  readonly userHint?: string | undefined;
}
/**
 * The plan, with Network Level Authentication required: it asks its driver for what Kerberos needs (`kerberosAnswers`) as well. Each
 * connection needs a plan of its own.
 */
export function withNla<Plan extends EntrancePlan>(plan: Plan, { card, form, userHint, ...asked }: NlaSettings): Plan {
  const { flags } = plan.offer.negotiation;
  const credentials = () =>
    smartCardCredentials({
      ...providers[form.provider],
      pin: card.pin,
      readerName: READER_NAME,
      containerName: form.container === 'derived' ? card.containerName : undefined,
      userHint,
    });
  return {
    ...plan,
    offer: { ...plan.offer, negotiation: { flags, protocols } },
    *authenticate({ certificate, protocol }) {
      const earlyAuthorization = protocol === securityProtocol.hybridEx;
      const outcome = yield* networkLevelAuthentication({ ...asked, certificate, earlyAuthorization, credentials });
      // The host finds it as it comes: what we told it to sign with is nothing of the host's.
      card.reset();
      return outcome.kind === 'refused' ? outcome : undefined;
    },
  };
}
/** Of CredSSP, for a host that is named as old or not. */
export const leastVersion = (oldCredSsp: boolean): number => (oldCredSsp ? FIRST_VERSION : FIRST_WITH_NONCE);
/** A host that NLA proves need not be known before; what is known of it must hold all the same. */
export function nlaTrust(pins: readonly string[], anchors: readonly Uint8Array[], names: readonly string[]): HostTrust {
  if (pins.length > 0) return { kind: 'pinned', fingerprints: pins };
  return anchors.length > 0 ? { kind: 'verified', anchors, names } : { kind: 'unproven' };
}
