import type { LoggedOn } from '../rdp/save-session-info.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import type { GrantedAccount } from '../session/session.ts';
import type { SessionCard } from '../session/session-cards.ts';
import type { GrantedChannels } from './channel-policy.ts';
import type { ClientState } from './farewell.ts';
import type { Admitted } from './front.ts';
import type { GatewayEnd } from './gateway-end.ts';
import type { Behind, GatewayPorts, LaunchGrant, Tap } from './gateway-ports.ts';
import type { RelaySide } from './relay.ts';

export interface SessionRelayPorts {
  readonly gateway: Pick<GatewayPorts, 'elapsed' | 'random' | 'after' | 'idle' | 'clock' | 'log'>;
  readonly admitted: Admitted<LaunchGrant>;
  readonly client: RelaySide;
  /** Where another host left it. */
  readonly before?: ClientState | undefined;
  readonly behind: Behind;
  readonly card: SessionCard;
  readonly account: GrantedAccount;
  /** DNS name of the host. */
  readonly host: string;
  /** What may pass, as the rules name it. */
  readonly granted: GrantedChannels;
  /** What the rules allow besides, see `allowanceNames` of the policy. */
  readonly allows: readonly string[];
  readonly tap: Tap | undefined;
  readonly loggedOn: (who: LoggedOn) => void;
  /** The host sends the session on, and is not listened to any longer. */
  readonly redirected: (target: RedirectionTarget) => void;
  /** The first counts. */
  readonly end: (end: GatewayEnd) => void;
}
