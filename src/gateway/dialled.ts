import { pinAsPassword } from '../rdp/client-info.ts';
import type { SessionView } from '../session/session.ts';
import type { SessionCard } from '../session/session-cards.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { allowsStatic } from './channel-policy.ts';
import type { Admitted } from './front.ts';
import type { Dialled, LaunchGrant } from './gateway-ports.ts';
import type { Place } from './place.ts';
import { rewritten } from './rewrite-row.ts';
import { rewriteTable } from './rewrite-table.ts';

/** What is said to a host: the client's own words, rewritten. @throws MayflyError `gateway-account` */
export function dialled(
  { account, channels }: SessionView,
  admitted: Admitted<LaunchGrant>,
  card: SessionCard,
  place: Place,
): Dialled {
  if (!account) throw new MayflyError('gateway-account', 'the session has no account');
  const { initial, info } = admitted;
  const { host, routingToken, sessionId: redirectedSessionId } = place;
  return {
    ...{ host, account, card, routingToken },
    settings: ({ protocol: selectedProtocol, flags: hostFlags }) => {
      const allowed = (name: string) => allowsStatic(channels, name);
      const facts = { selectedProtocol, hostFlags, allowed, redirectedSessionId };
      const blocks = rewritten(rewriteTable.settings, initial.conference.blocks, facts);
      return { ...initial, conference: { ...initial.conference, blocks } };
    },
    clientInfo: (userName) =>
      rewritten(rewriteTable.clientInfo, info, {
        ...{ userName, mayChooseShell: false },
        hearsSound: channels.includes('audio-out'),
        maySpeak: channels.includes('audio-in'),
        password: pinAsPassword(card.card.pin),
      }),
  };
}
